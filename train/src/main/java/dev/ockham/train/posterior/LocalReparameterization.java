package dev.ockham.train.posterior;

import dev.ockham.core.arch.LayerSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The local reparameterisation trick (arXiv:1506.02557, eq. (6)): instead of weights, a layer's
 * pre-activations are sampled, which are independent Gaussians given its input when the weights
 * are.
 */
public final class LocalReparameterization {

  /** √δ has an infinite derivative at 0, and some convolutions give δ slightly below it. */
  public static final float LEAST_VARIANCE = 1e-8f;

  private LocalReparameterization() {}

  /**
   * b = γ + √δ·ζ with γ = Aθ + bias and δ = A²σ²; the bias has no part in the variance. Works in
   * whatever floating-point type its arguments have.
   *
   * @param input activations A
   * @param theta weight means, in the layer's shape
   * @param sigma2 weight variances, in the layer's shape
   * @param bias one per output
   * @param zeta standard normal, one per example, output and position
   */
  public static Tensor activation(
      LayerSpec.Linear layer, Tensor input, Tensor theta, Tensor sigma2, Tensor bias, Tensor zeta) {
    Tensor mean = LinearMap.apply(layer, input, theta, bias);
    Tensor variance = LinearMap.apply(layer, input.square(), sigma2);
    Tensor deviation = variance.clamp_min(new Scalar(LEAST_VARIANCE)).sqrt();
    return mean.addcmul(deviation, zeta);
  }
}
