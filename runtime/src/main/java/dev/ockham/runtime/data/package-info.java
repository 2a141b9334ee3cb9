/**
 * How rows of a table, texts and sounds become the numbers that a model takes: the rules, which a
 * model file keeps, and the encoders that follow them. Reading of files is not here, nor is any
 * learning of rules.
 */
@NullMarked
package dev.ockham.runtime.data;

import org.jspecify.annotations.NullMarked;
