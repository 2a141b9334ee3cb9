package dev.ockham.train.pass;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Weights and bias of a node as a pass sees them, and its own gradients of them. Means that stand
 * alone have neither variance nor gradient by it.
 */
final class WeightMemory implements AutoCloseable {

  private final int ordinal;
  private final Leaf theta;
  private final @Nullable Leaf sigma2;
  private final @Nullable Leaf bias;
  private boolean noisy;

  /**
   * Memory over leaves.
   *
   * @param ordinal number of the weights among parameters that can be pruned, from 0
   */
  WeightMemory(int ordinal, WeightLeaves weights, @Nullable Tensor bias, Arena arena) {
    this.ordinal = ordinal;
    this.theta = Leaf.of(weights.theta(), arena);
    this.bias = bias == null ? null : Leaf.of(bias, arena);
    this.sigma2 =
        weights instanceof WeightLeaves.Gaussian(_, Tensor variance)
            ? Leaf.of(variance, arena)
            : null;
  }

  /** Begins a pass: the key of the noise, null where the mean weights are wanted. */
  @Nullable NoiseKey begin(Share share) {
    NoiseSource noise = share.noise();
    NoiseKey key = sigma2 == null || noise == null ? null : noise.ofWeights(ordinal);
    noisy = key != null;
    return key;
  }

  Leaf theta() {
    return theta;
  }

  @Nullable Leaf bias() {
    return bias;
  }

  Matrix byTheta() {
    return theta.byValue();
  }

  /** The variances; there must be some. */
  Leaf variance() {
    if (sigma2 == null) {
      throw new IllegalStateException("weights without variances");
    }
    return sigma2;
  }

  Matrix sigma2() {
    return variance().values();
  }

  Matrix bySigma2() {
    return variance().byValue();
  }

  /** The variances as memory. */
  MemorySegment sigma2Values() {
    return variance().memory();
  }

  /** Their gradient as memory. */
  MemorySegment bySigma2Values() {
    return variance().gradient().segment();
  }

  boolean hasVariance() {
    return sigma2 != null;
  }

  /** Whether the pass that is under way has noise. */
  boolean noisy() {
    return noisy;
  }

  /** Hands the gradients to the leaves. */
  void publish() {
    try (TensorScope _ = new TensorScope()) {
      theta.publish();
      if (bias != null) {
        bias.publish();
      }
      if (sigma2 != null && noisy) {
        sigma2.publish();
      }
    }
  }

  @Override
  public void close() {
    theta.close();
    if (bias != null) {
      bias.close();
    }
    if (sigma2 != null) {
      sigma2.close();
    }
  }
}
