/**
 * What operators come to on a block of examples, in plain Java loops, one class for each mechanism.
 *
 * <p>A value is {@code float[feature][lane]}: one small array per number of an example (a row),
 * holding it for every example in the block. Innermost loops run over whole arrays at the same
 * index, the one form that C2 of JDK 25 turns into vector instructions (with an offset per array it
 * cannot exclude that they overlap; measured, that is four times slower). An example's result is a
 * fixed sequence of operations in its own lane and does not depend on the block it sits in.
 *
 * <p>Which kernel runs a node is chosen in {@link dev.ockham.runtime.plan}; nothing here knows a
 * graph.
 */
@NullMarked
package dev.ockham.runtime.kernel;

import org.jspecify.annotations.NullMarked;
