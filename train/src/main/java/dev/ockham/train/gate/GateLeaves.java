package dev.ockham.train.gate;

import dev.ockham.train.posterior.Gradients;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** One thread's differentiable view of a gate. */
public sealed interface GateLeaves extends AutoCloseable {

  /**
   * Multiplies inputs with noise.
   *
   * @param input {@code [batch, units]} or {@code [batch, channels, height, width]}
   * @param noise what {@link Gate#fillNoise} drew, in the input's shape
   */
  Tensor apply(Tensor input, Tensor noise);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Of a gate whose noise is all there is to it. */
  record Fixed() implements GateLeaves {
    @Override
    public Tensor apply(Tensor input, Tensor noise) {
      return input.mul(noise);
    }

    @Override
    public void clearGradients() {
      // Nothing is learnt.
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  /**
   * Of Gaussian noise: ξ = 1 + √α·ζ. The standard deviation is √α.
   *
   * @param alpha {@code [1]}, or one per unit
   */
  record Gaussian(Tensor alpha) implements GateLeaves {
    @Override
    public Tensor apply(Tensor input, Tensor noise) {
      Tensor deviation = alpha.sqrt();
      if (input.dim() == 4) {
        deviation = deviation.reshape(1, -1, 1, 1);
      }
      return input.mul(noise.mul(deviation).add(new Scalar(1f)));
    }

    @Override
    public void clearGradients() {
      Gradients.clear(alpha);
    }

    @Override
    public void close() {
      alpha.close();
    }
  }
}
