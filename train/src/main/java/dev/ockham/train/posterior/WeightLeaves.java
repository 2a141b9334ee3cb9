package dev.ockham.train.posterior;

import dev.ockham.core.arch.LayerSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One thread's differentiable view of a posterior's parameters: tensors over the shared memory with
 * gradients of their own.
 */
public sealed interface WeightLeaves extends AutoCloseable {

  /** Weight means. */
  Tensor theta();

  /**
   * The layer's output before its activation function.
   *
   * @param noise what the weights are moved by; null for the mean weights
   */
  Tensor activation(LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable WeightNoise noise);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Adds the gradients by θ of several threads, in order; see {@link Gradients#sum}. */
  static MemorySegment sumByTheta(List<WeightLeaves> leaves) {
    return Gradients.sum(leaves.stream().map(WeightLeaves::theta).toList());
  }

  /** Adds the gradients by σ² of several threads, in order; see {@link Gradients#sum}. */
  static MemorySegment sumBySigma2(List<WeightLeaves> leaves) {
    return Gradients.sum(leaves.stream().map(leaf -> ((Gaussian) leaf).sigma2()).toList());
  }

  /** Of a {@link PointWeights}. */
  record Point(Tensor theta) implements WeightLeaves {
    @Override
    public Tensor activation(
        LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable WeightNoise noise) {
      return LinearMap.apply(layer, input, theta, bias);
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
    }

    @Override
    public void close() {
      theta.close();
    }
  }

  /** Of a posterior with a mean and a variance per weight. */
  record Gaussian(Tensor theta, Tensor sigma2) implements WeightLeaves {
    @Override
    public Tensor activation(
        LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable WeightNoise noise) {
      if (noise == null) {
        return LinearMap.apply(layer, input, theta, bias);
      }
      Tensor values = noise.values();
      return switch (noise.estimator()) {
        case LOCAL -> LocalReparameterization.activation(layer, input, theta, sigma2, bias, values);
        case PER_BATCH -> WeightSampling.perBatch(layer, input, theta, sigma2, bias, values);
        case PER_EXAMPLE -> WeightSampling.perExample(layer, input, theta, sigma2, bias, values);
      };
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
      Gradients.clear(sigma2);
    }

    @Override
    public void close() {
      theta.close();
      sigma2.close();
    }
  }

  /** Of a {@link HardConcreteWeights}. */
  record Gated(Tensor theta, Tensor logAlpha) implements WeightLeaves {
    @Override
    public Tensor activation(
        LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable WeightNoise noise) {
      if (noise == null) {
        Tensor open = HardConcrete.mean(logAlpha.detach());
        return LinearMap.apply(layer, input, theta.mul(open), bias);
      }
      Tensor gates = HardConcrete.sample(logAlpha, noise.values());
      return switch (noise.estimator()) {
        case LOCAL -> throw new IllegalArgumentException("gated weights have no local form");
        case PER_BATCH -> LinearMap.apply(layer, input, theta.mul(gates), bias);
        case PER_EXAMPLE -> WeightSampling.perExample(layer, input, theta.mul(gates), bias);
      };
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
      Gradients.clear(logAlpha);
    }

    @Override
    public void close() {
      theta.close();
      logAlpha.close();
    }
  }
}
