package dev.ockham.train.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which weights of a network stay at a sparsity: those with the lowest scores. */
final class Ranking {

  private Ranking() {}

  /**
   * Masks of the layers that the method works on.
   *
   * @param sparsity fraction of the weights of these layers in the original network that goes;
   *     those of units that have left count as gone
   */
  static List<Mask> masks(Network network, RunSpec spec, double sparsity, Kernels kernels) {
    Ceilings ceilings = spec.training().gradualPruning().ceilings();
    long all = 0;
    List<Long> least = new ArrayList<>();
    for (WeightTensor tensor : network.architecture().weightTensors()) {
      if (spec.method().appliesTo(tensor.name())) {
        all += tensor.weights();
        least.add(ceilings.leastKept(tensor.name(), tensor.weights()));
      }
    }
    List<float[]> scores = new ArrayList<>();
    for (WeightLayer layer : network.layers()) {
      if (layer.pruned()) {
        scores.add(Objects.requireNonNull(layer.scores(kernels), layer.name()));
      }
    }
    return Mask.keeping(scores, Mask.keptAt(sparsity, all), least).masks();
  }
}
