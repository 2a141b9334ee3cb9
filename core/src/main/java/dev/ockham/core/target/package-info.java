/**
 * What examples are labelled with: a class each, several labels at once, or numbers. The question
 * that a network is trained to answer follows from it.
 */
@NullMarked
package dev.ockham.core.target;

import org.jspecify.annotations.NullMarked;
