package dev.ockham.train.pass;

import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.prune.UnitMoments;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.GateSampling;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The factors of a gate that is learnt, one for each example and unit, in libtorch. */
final class GateFactors {

  /** Of the batch norm within a gate, as of every other. */
  private static final double EPSILON = 1e-5;

  private final GatePlace place;
  private final UnitLayout layout;

  GateFactors(GatePlace place, UnitLayout layout) {
    this.place = place;
    this.layout = layout;
  }

  /**
   * Under noise.
   *
   * @param input what is multiplied, {@code [rows, shape…]}
   * @param noise what the gate drew, {@code [shared rows + rows, width]}
   * @return {@code [rows, units]}
   */
  Tensor drawn(Tensor input, Tensor noise, Norms norms) {
    return switch (place.leaves()) {
      case GateLeaves.Learnt gate -> sample(gate, noise);
      case GateLeaves.Dependent gate -> {
        Tensor z = sample(gate.gate(), noise.narrow(1, 0, layout.units()));
        if (!gate.owner().dependent()) {
          yield z;
        }
        Tensor sigma = torch.softplus(gate.numbers().get(2));
        Tensor looked = normalized(gate, input, norms);
        yield z.mul(GateSampling.dependent(looked, sigma, noise, layout.units()));
      }
      case GateLeaves.Fixed _, GateLeaves.Gaussian _ -> throw notLearnt();
    };
  }

  private static Tensor sample(GateLeaves.Learnt gate, Tensor noise) {
    return GateSampling.sample(gate.belief(), gate.numbers(), noise);
  }

  /** Without noise, as {@link #drawn}; an example is shut out where its factor is at the cut. */
  Tensor mean(Tensor input, Norms norms) {
    return switch (place.leaves()) {
      case GateLeaves.Learnt gate -> forAll(gate, input);
      case GateLeaves.Dependent gate -> {
        if (!gate.owner().dependent()) {
          yield forAll(gate.gate(), input);
        }
        Tensor phi =
            normalized(gate, input, norms)
                .clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
        Tensor z = phi.mul(gate.gate().factors());
        yield z.mul(z.gt(new Scalar(DependentFactor.CUT)));
      }
      case GateLeaves.Fixed _, GateLeaves.Gaussian _ -> throw notLearnt();
    };
  }

  private Tensor forAll(GateLeaves.Learnt gate, Tensor input) {
    return gate.factors().unsqueeze(0).expand(input.size(0), layout.units());
  }

  /** γ·ĥ + η of each unit's mean over its places, through which no gradient flows to the input. */
  private Tensor normalized(GateLeaves.Dependent gate, Tensor input, Norms norms) {
    Tensor gamma = gate.numbers().get(0);
    Tensor eta = gate.numbers().get(1);
    Tensor h = pooled(input.detach());
    String name = NormStatistics.withinGate(place.node());
    return switch (norms) {
      case Norms.OfBatch _ -> ofBatch(h, gamma, eta);
      case Norms.Fixed(NormStatistics statistics) -> rescaled(h, statistics.of(name));
      case Norms.Recorded(NormStatistics statistics) -> {
        UnitMoments moments = new UnitMoments(layout.units(), 1);
        moments.add(floats(h.contiguous()));
        NormStatistics.Rescaling rescaling =
            NormStatistics.Rescaling.of(moments, floats(gamma), floats(eta), EPSILON);
        statistics.put(name, rescaling);
        yield rescaled(h, rescaling);
      }
    };
  }

  private Tensor pooled(Tensor h) {
    if (layout.positions() == 1) {
      return h.reshape(-1, layout.units());
    }
    return h.reshape(-1, layout.outer(), layout.units(), layout.inner()).mean(1, 3);
  }

  private static Tensor ofBatch(Tensor h, Tensor gamma, Tensor eta) {
    TensorOptional none = new TensorOptional();
    return torch.batch_norm(
        h, new TensorOptional(gamma), new TensorOptional(eta), none, none, true, 0, EPSILON, false);
  }

  private static Tensor rescaled(Tensor h, NormStatistics.Rescaling rescaling) {
    return h.mul(Tensor.create(rescaling.scale())).add(Tensor.create(rescaling.shift()));
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }

  private IllegalStateException notLearnt() {
    return new IllegalStateException("the gate of '%s' is noise alone".formatted(place.node()));
  }
}
