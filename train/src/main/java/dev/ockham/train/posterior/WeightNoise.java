package dev.ockham.train.posterior;

import dev.ockham.core.method.Estimator;
import org.bytedeco.pytorch.Tensor;

/**
 * Standard normal noise for a layer's Gaussian weights, in the form that an estimator wants.
 *
 * @param estimator how it enters
 * @param values for {@code LOCAL} of the output's shape; for {@code PER_BATCH} of the weights'; for
 *     {@code PER_EXAMPLE} {@code [examples, weights' shape]}
 */
public record WeightNoise(Estimator estimator, Tensor values) {}
