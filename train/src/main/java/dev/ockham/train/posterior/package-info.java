/**
 * What one weight tensor is believed to be: {@link dev.ockham.train.posterior.WeightPosterior} and
 * its kinds. A posterior owns parameters and optimiser state, gives threads leaves over them, and
 * updates them from gradients. What is computed with them is in {@code pass}. It knows nothing of
 * data, epochs or files.
 */
@NullMarked
package dev.ockham.train.posterior;

import org.jspecify.annotations.NullMarked;
