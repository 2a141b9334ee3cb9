package dev.ockham.train.gate;

import dev.ockham.core.gate.GateBelief;
import dev.ockham.train.posterior.Gradients;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** One thread's differentiable view of a gate. */
public sealed interface GateLeaves extends AutoCloseable {

  /**
   * Multiplies units with noise, or with noisy factors.
   *
   * @param input {@code [batch, units]} or {@code [batch, channels, height, width]}
   * @param noise what {@link Gate#fillNoise} drew, {@code [shared rows + batch, width]}
   */
  Tensor apply(Tensor input, Tensor noise);

  /** Multiplies units with what is left of the gate without noise. */
  Tensor applyMean(Tensor input);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Of a gate whose noise is all there is to it. */
  record Fixed() implements GateLeaves {
    @Override
    public Tensor apply(Tensor input, Tensor noise) {
      return input.mul(noise.reshape(input.shape()));
    }

    @Override
    public Tensor applyMean(Tensor input) {
      return input;
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
      Tensor zeta = noise.reshape(input.shape());
      return input.mul(zeta.mul(deviation).add(new Scalar(1f)));
    }

    @Override
    public Tensor applyMean(Tensor input) {
      return input;
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

  /**
   * Of factors that are learnt.
   *
   * @param numbers the belief's numbers, each {@code [units]}
   * @param factors what multiplies the units without noise, {@code [units]}; not differentiated by
   */
  record Learnt(GateBelief belief, List<Tensor> numbers, Tensor factors) implements GateLeaves {
    @Override
    public Tensor apply(Tensor input, Tensor noise) {
      return input.mul(unitwise(GateSampling.sample(belief, numbers, noise), input));
    }

    @Override
    public Tensor applyMean(Tensor input) {
      return input.mul(unitwise(factors.unsqueeze(0), input));
    }

    /** {@code [batch, units]}, or with two dimensions more for channels. */
    private static Tensor unitwise(Tensor z, Tensor input) {
      return input.dim() == 4 ? z.unsqueeze(2).unsqueeze(3) : z;
    }

    @Override
    public void clearGradients() {
      numbers.forEach(Gradients::clear);
    }

    @Override
    public void close() {
      numbers.forEach(Tensor::close);
    }
  }
}
