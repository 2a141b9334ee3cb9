package dev.ockham.runtime.graph;

/**
 * An operator whose output is a linear function of its weights: under Gaussian weights of means θ
 * and variances σ² its output is Gaussian with mean op(x, θ) and variance op(x², σ²), which is what
 * local reparameterisation draws from (arXiv:1506.02557, eq. (6)). The bias has no part in the
 * variance.
 */
public sealed interface LinearInWeights extends Operator
    permits Linear, Convolution, ConvolutionTransposed, Embed {

  /** The operator's name for its weights. */
  default String weight() {
    return "weight";
  }
}
