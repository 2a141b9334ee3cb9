package dev.ockham.train.network;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.train.gate.BernoulliGate;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GaussianGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.posterior.WeightPosterior;
import org.jspecify.annotations.Nullable;

/**
 * Weights that can be pruned, as they train: what is believed of them, and the gate beside the node
 * that takes them.
 *
 * @param tensor which weights
 * @param gate what multiplies the node's inputs or outputs
 * @param weights what is believed of them
 * @param pruned whether the method works on them, and not only trains them
 */
public record WeightLayer(WeightTensor tensor, Gate gate, WeightPosterior weights, boolean pruned) {

  /** What files and reports call it. */
  public String name() {
    return tensor.name();
  }

  /**
   * What the node multiplies with when all noise is taken away, factors of its gate included unless
   * they look at the example.
   */
  public float[] meanWeights() {
    float[] means = weights.meanWeights();
    return gate instanceof LearntGate learnt
        ? GatedUnits.foldWeights(tensor, means, learnt.factors())
        : means;
  }

  /**
   * What the node adds when all noise is taken away.
   *
   * @param bias one per output; not changed
   * @param kept the mean weights that stay
   */
  public float[] meanBias(float[] bias, float[] kept) {
    return switch (gate) {
      case LearntGate learnt ->
          GatedUnits.shutBias(tensor, GatedUnits.foldBias(tensor, bias, learnt.factors()), kept);
      case DependentGate _ -> GatedUnits.shutBias(tensor, bias, kept);
      case NoGate _, BernoulliGate _, GaussianGate _ -> bias.clone();
    };
  }

  /** Scores of the weights to prune by, row-major; null where there are none. */
  public float @Nullable [] scores(Kernels kernels) {
    if (!pruned) {
      return null;
    }
    return switch (gate) {
      case LearntGate learnt -> GatedUnits.spread(tensor, learnt.scores());
      case DependentGate dependent -> GatedUnits.spread(tensor, dependent.gate().scores());
      case NoGate _, BernoulliGate _, GaussianGate _ -> weights.logAlpha(kernels);
    };
  }
}
