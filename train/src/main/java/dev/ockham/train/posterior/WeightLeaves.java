package dev.ockham.train.posterior;

import dev.ockham.core.arch.LayerSpec;
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
   * @param zeta standard normal noise of the output's shape; null for the mean weights
   */
  Tensor activation(LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable Tensor zeta);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Of a {@link PointWeights}. */
  record Point(Tensor theta) implements WeightLeaves {
    @Override
    public Tensor activation(
        LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable Tensor zeta) {
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
        LayerSpec.Linear layer, Tensor input, Tensor bias, @Nullable Tensor zeta) {
      return zeta == null
          ? LinearMap.apply(layer, input, theta, bias)
          : LocalReparameterization.activation(layer, input, theta, sigma2, bias, zeta);
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
}
