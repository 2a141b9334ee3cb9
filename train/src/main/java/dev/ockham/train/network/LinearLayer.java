package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.train.gate.BernoulliGate;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GaussianGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.WeightPosterior;
import org.jspecify.annotations.Nullable;

/**
 * A layer that owns weights: it has a posterior over them, a bias that is a plain number per
 * output, and a gate at its inputs or outputs.
 */
public record LinearLayer(
    LayerSpec.Linear spec, Gate gate, WeightPosterior weights, Parameter bias) {

  /**
   * What the layer multiplies with when all noise is taken away, factors of its gate included
   * unless they look at the example.
   */
  public float[] meanWeights() {
    float[] means = weights.meanWeights();
    return gate instanceof LearntGate learnt
        ? GatedUnits.foldWeights(spec, means, learnt.factors())
        : means;
  }

  /**
   * What the layer adds when all noise is taken away.
   *
   * @param kept the mean weights that stay
   */
  public float[] meanBias(float[] kept) {
    float[] values = bias.value().toArray();
    return switch (gate) {
      case LearntGate learnt ->
          GatedUnits.shutBias(spec, GatedUnits.foldBias(spec, values, learnt.factors()), kept);
      case DependentGate _ -> GatedUnits.shutBias(spec, values, kept);
      case NoGate _, BernoulliGate _, GaussianGate _ -> values;
    };
  }

  /** Scores of the weights to prune by, row-major; null where there are none. */
  public float @Nullable [] scores(Kernels kernels) {
    return switch (gate) {
      case LearntGate learnt -> GatedUnits.spread(spec, learnt.scores());
      case DependentGate dependent -> GatedUnits.spread(spec, dependent.gate().scores());
      case NoGate _, BernoulliGate _, GaussianGate _ -> weights.logAlpha(kernels);
    };
  }
}
