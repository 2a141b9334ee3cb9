/**
 * What a model answers for rows of numbers, and how sure it is: what {@code ockham predict} writes.
 */
@NullMarked
package dev.ockham.core.answer;

import org.jspecify.annotations.NullMarked;
