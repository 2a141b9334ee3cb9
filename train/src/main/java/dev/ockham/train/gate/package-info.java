/**
 * Noise on units: {@link dev.ockham.train.gate.Gate} and its kinds. A gate multiplies what flows
 * into a layer with weights while a network trains, and is gone when it is used.
 */
@NullMarked
package dev.ockham.train.gate;

import org.jspecify.annotations.NullMarked;
