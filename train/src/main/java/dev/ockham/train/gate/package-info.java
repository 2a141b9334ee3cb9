/**
 * Noise on units: {@link dev.ockham.train.gate.Gate} and its kinds. A gate multiplies what flows
 * into a layer with weights, or out of a convolution, while a network trains. In a model it is
 * folded into weights, but for one that looks at the example.
 */
@NullMarked
package dev.ockham.train.gate;

import org.jspecify.annotations.NullMarked;
