package dev.ockham.train.gate;

import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.train.posterior.Gradients;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One thread's differentiable view of a gate. */
public sealed interface GateLeaves extends AutoCloseable {

  /**
   * Multiplies units with noise, or with noisy factors.
   *
   * @param input {@code [batch, units]} or {@code [batch, channels, height, width]}
   * @param noise what {@link Gate#fillNoise} drew, {@code [shared rows + batch, width]}
   * @param norm for gates that have a batch norm within
   */
  Tensor apply(Tensor input, Tensor noise, UnitNormalization norm);

  /** Multiplies units with what is left of the gate without noise. */
  Tensor applyMean(Tensor input, UnitNormalization norm);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Of a gate whose noise is all there is to it. */
  record Fixed() implements GateLeaves {
    @Override
    public Tensor apply(Tensor input, Tensor noise, UnitNormalization norm) {
      return input.mul(noise.reshape(input.shape()));
    }

    @Override
    public Tensor applyMean(Tensor input, UnitNormalization norm) {
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
    public Tensor apply(Tensor input, Tensor noise, UnitNormalization norm) {
      Tensor deviation = alpha.sqrt();
      if (input.dim() == 4) {
        deviation = deviation.reshape(1, -1, 1, 1);
      }
      Tensor zeta = noise.reshape(input.shape());
      return input.mul(zeta.mul(deviation).add(new Scalar(1f)));
    }

    @Override
    public Tensor applyMean(Tensor input, UnitNormalization norm) {
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
    public Tensor apply(Tensor input, Tensor noise, UnitNormalization norm) {
      return input.mul(unitwise(GateSampling.sample(belief, numbers, noise), input));
    }

    @Override
    public Tensor applyMean(Tensor input, UnitNormalization norm) {
      return input.mul(unitwise(factors.unsqueeze(0), input));
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

  /**
   * Of factors that look at the example.
   *
   * @param owner says whether they do yet
   * @param gate what they are without that
   * @param numbers γ, η, and σ before softplus, each {@code [units]}
   */
  record Dependent(DependentGate owner, Learnt gate, List<Tensor> numbers) implements GateLeaves {

    /** z times a relaxed Bernoulli draw of φ; no gradient flows through what φ looks at. */
    @Override
    public Tensor apply(Tensor input, Tensor noise, UnitNormalization norm) {
      long units = gate.factors().size(0);
      Tensor first = noise.narrow(1, 0, units);
      if (!owner.dependent()) {
        return gate.apply(input, first, norm);
      }
      Tensor z = GateSampling.sample(gate.belief(), gate.numbers(), first);
      Tensor phi = GateSampling.dependent(normalized(input, norm), sigma(), noise, units);
      return input.mul(unitwise(z.mul(phi), input));
    }

    /** E π·φ at η′ = η, and 0 where that is at most the cut. */
    @Override
    public Tensor applyMean(Tensor input, UnitNormalization norm) {
      if (!owner.dependent()) {
        return gate.applyMean(input, norm);
      }
      ScalarOptional none = new ScalarOptional(new Scalar(0));
      Tensor phi = normalized(input, norm).clamp(none, new ScalarOptional(new Scalar(1)));
      Tensor z = phi.mul(gate.factors());
      Tensor open = z.gt(new Scalar(DependentFactor.CUT));
      return input.mul(unitwise(z.mul(open), input));
    }

    private Tensor sigma() {
      return torch.softplus(numbers.get(2));
    }

    private Tensor normalized(Tensor input, UnitNormalization norm) {
      Tensor h = input.detach();
      Tensor pooled = h.dim() == 4 ? h.mean(2, 3) : h;
      return norm.of(pooled, numbers.get(0), numbers.get(1));
    }

    @Override
    public void clearGradients() {
      gate.clearGradients();
      numbers.forEach(Gradients::clear);
    }

    @Override
    public void close() {
      gate.close();
      numbers.forEach(Tensor::close);
    }
  }

  /** {@code [batch, units]}, or with two dimensions more for channels. */
  private static Tensor unitwise(Tensor z, Tensor input) {
    return input.dim() == 4 ? z.unsqueeze(2).unsqueeze(3) : z;
  }
}
