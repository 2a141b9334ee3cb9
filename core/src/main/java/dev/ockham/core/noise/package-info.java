/**
 * Dropout noise: what multiplies a unit, by its one parameter α, in double precision.
 *
 * <p>A draw is a pure function of a {@link dev.ockham.core.kernel.NoiseKey} and a position; nothing
 * here has state. No tensors and no loops over a layer: those are kernels.
 */
@NullMarked
package dev.ockham.core.noise;

import org.jspecify.annotations.NullMarked;
