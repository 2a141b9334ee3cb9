package dev.ockham.train.pass;

import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a layer with weights as a pass sees them, and its own gradients of them. Means that
 * stand alone have neither variance nor gradient by it.
 */
final class LayerMemory implements AutoCloseable {

  private final Leaf theta;
  private final Leaf bias;
  private final @Nullable Leaf sigma2;
  private boolean noisy;

  /** A parameter, its leaf, and a gradient for it. */
  private record Leaf(Tensor leaf, MemorySegment memory, Matrix values, NativeTensor gradient) {
    static Leaf of(Tensor leaf, Arena arena) {
      MemorySegment memory = TensorMemory.of(leaf);
      return new Leaf(
          leaf, memory, new Matrix(memory), NativeTensor.floats(arena, leaf.sizes().vec().get()));
    }

    Matrix byValue() {
      return new Matrix(gradient.segment());
    }

    void publish() {
      leaf.mutable_grad().put(gradient.tensor());
    }
  }

  LayerMemory(WeightLeaves weights, Tensor bias, Arena arena) {
    try (TensorScope _ = new TensorScope()) {
      this.theta = Leaf.of(weights.theta(), arena);
      this.bias = Leaf.of(bias, arena);
      this.sigma2 =
          weights instanceof WeightLeaves.Gaussian(_, Tensor variance)
              ? Leaf.of(variance, arena)
              : null;
    }
  }

  Matrix theta() {
    return theta.values();
  }

  MemorySegment bias() {
    return bias.memory();
  }

  Matrix byTheta() {
    return theta.byValue();
  }

  Matrix byBias() {
    return bias.byValue();
  }

  /** The variances; the layer must have some. */
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

  private Leaf variance() {
    if (sigma2 == null) {
      throw new IllegalStateException("weights without variances");
    }
    return sigma2;
  }

  /** Whether the pass that is under way has noise. */
  boolean noisy() {
    return noisy;
  }

  void setNoisy(boolean noisy) {
    this.noisy = noisy;
  }

  /** Hands the gradients to the leaves. */
  void publish() {
    try (TensorScope _ = new TensorScope()) {
      theta.publish();
      bias.publish();
      if (sigma2 != null && noisy) {
        sigma2.publish();
      }
    }
  }

  @Override
  public void close() {
    theta.gradient().close();
    bias.gradient().close();
    if (sigma2 != null) {
      sigma2.gradient().close();
    }
  }
}
