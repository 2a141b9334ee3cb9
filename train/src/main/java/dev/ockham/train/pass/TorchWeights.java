package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.HardConcrete;
import dev.ockham.train.posterior.WeightLeaves;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one parameter, as a pass draws them: W = θ + σ∘ε (arXiv:1312.6114, section 2.4;
 * arXiv:1506.02557, section 2.1), or θ times hard concrete gates (arXiv:1712.01312). Whoever takes
 * the same parameter gets the same draw.
 *
 * @param leaves of the parameter
 * @param ordinal its number among those that can be pruned, from 0
 * @param kernels draw noise
 */
record TorchWeights(WeightLeaves leaves, int ordinal, Kernels kernels) {

  /** √σ² has an infinite derivative at 0, where multiplicative noise ends with its weight. */
  static final float LEAST_VARIANCE = 1e-30f;

  /** Key of the noise; null where the pass has none, or the weights. */
  @Nullable NoiseKey key(Share share) {
    NoiseSource noise = share.noise();
    return noise == null || leaves instanceof WeightLeaves.Point ? null : noise.ofWeights(ordinal);
  }

  /** Weights without noise, in the parameter's shape. */
  Tensor mean() {
    return switch (leaves) {
      case WeightLeaves.Point(Tensor theta) -> theta;
      case WeightLeaves.Gaussian(Tensor theta, Tensor _) -> theta;
      case WeightLeaves.Gated(Tensor theta, Tensor logAlpha) ->
          theta.mul(HardConcrete.mean(logAlpha.detach()));
    };
  }

  /** One draw for all examples, in the parameter's shape; the mean weights without noise. */
  Tensor perBatch(Share share) {
    NoiseKey key = key(share);
    return key == null || empty()
        ? mean()
        : drawn(TorchNoise.perBatch(kernels, key, leaves.theta().shape()));
  }

  /** A draw for each example, {@code [examples, shape…]}. */
  Tensor perExample(NoiseKey key, int[] examples) {
    return drawn(TorchNoise.perExample(kernels, key, examples, leaves.theta().shape()));
  }

  private Tensor drawn(Tensor epsilon) {
    return switch (leaves) {
      case WeightLeaves.Point(Tensor theta) -> theta;
      case WeightLeaves.Gaussian(Tensor theta, Tensor sigma2) -> drawn(theta, sigma2, epsilon);
      case WeightLeaves.Gated(Tensor theta, Tensor logAlpha) ->
          theta.mul(HardConcrete.sample(logAlpha, epsilon));
    };
  }

  private boolean empty() {
    return leaves.theta().numel() == 0;
  }

  /**
   * θ + σ∘ε, in whatever floating-point type its arguments have.
   *
   * @param epsilon standard normal, in the weights' shape or with an axis of examples before it
   */
  static Tensor drawn(Tensor theta, Tensor sigma2, Tensor epsilon) {
    return theta.addcmul(sigma2.clamp_min(new Scalar(LEAST_VARIANCE)).sqrt(), epsilon);
  }
}
