package dev.ockham.train.gate;

import dev.ockham.core.gate.GateBelief;
import dev.ockham.train.posterior.Gradients;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** One thread's differentiable view of a gate. */
public sealed interface GateLeaves extends AutoCloseable {

  /** The leaves that a step with noise learns by, in a fixed order. */
  List<Tensor> learning();

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Of a gate whose noise is all there is to it. */
  record Fixed() implements GateLeaves {
    @Override
    public List<Tensor> learning() {
      return List.of();
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
    public List<Tensor> learning() {
      return List.of(alpha);
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
    public List<Tensor> learning() {
      return numbers;
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
    @Override
    public List<Tensor> learning() {
      return Stream.concat(gate.learning().stream(), numbers.stream()).toList();
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
}
