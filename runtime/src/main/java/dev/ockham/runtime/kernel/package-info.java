/**
 * What operators come to on a block of examples, one class for each mechanism.
 *
 * <p>A value is {@code [feature][lane]} in one array: single examples have one lane, and lie as a
 * network's numbers always do; many at once have 16 to 64, an example each. Layers with weights run
 * on {@code Arithmetic}, inner loops in plain Java or with vectors that give the same bits. For
 * convolutions a whole plane is one run of numbers, so that vectors are full at any number of
 * lanes. An example's result is a fixed sequence of operations of its own and does not depend on
 * the block it sits in.
 *
 * <p>Which kernel runs a node is chosen in {@link dev.ockham.runtime.plan}; nothing here knows a
 * graph.
 */
@NullMarked
package dev.ockham.runtime.kernel;

import org.jspecify.annotations.NullMarked;
