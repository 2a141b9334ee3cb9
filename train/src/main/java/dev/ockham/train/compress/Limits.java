package dev.ockham.train.compress;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.graph.Graph;
import java.util.List;

/**
 * What may go at most.
 *
 * @param method says which layers are spared
 * @param ceilings of the others
 */
record Limits(MethodSpec method, Ceilings ceilings) {

  /** How many weights of each tensor stay at least. */
  List<Long> least(List<WeightTensor> tensors) {
    return tensors.stream().map(this::least).toList();
  }

  private long least(WeightTensor tensor) {
    return method.appliesTo(tensor.name())
        ? ceilings.leastKept(tensor.name(), tensor.weights())
        : tensor.weights();
  }

  /** The largest compression of a network; +∞ where all of it may go. */
  double most(Graph graph) {
    List<WeightTensor> tensors = WeightTensor.of(graph);
    long stays = least(tensors).stream().mapToLong(n -> n).sum();
    return stays == 0
        ? Double.POSITIVE_INFINITY
        : (double) tensors.stream().mapToLong(WeightTensor::weights).sum() / stays;
  }

  /**
   * The sparsity of the weights that the method works on, for one of all weights.
   *
   * @param sparsity of all, in [0, 1)
   * @return below 1
   */
  double ofPruned(double sparsity, Graph graph) {
    double all = 0;
    double pruned = 0;
    for (WeightTensor tensor : WeightTensor.of(graph)) {
      all += tensor.weights();
      pruned += method.appliesTo(tensor.name()) ? tensor.weights() : 0;
    }
    return all == pruned ? sparsity : Math.min(Math.nextDown(1.0), sparsity * all / pruned);
  }

  /**
   * Masks of a run that remove a fraction of all weights, or as many as may go.
   *
   * @throws RunException if the method gives no scores
   */
  List<Mask> masks(Snapshot snapshot, double sparsity) throws RunException {
    if (ceilings.isNone()) {
      return snapshot.masksTo(sparsity).masks();
    }
    List<WeightTensor> tensors = snapshot.layers().stream().map(Snapshot.Layer::weights).toList();
    long all = tensors.stream().mapToLong(WeightTensor::weights).sum();
    return Mask.keeping(snapshot.requireScores(), Mask.keptAt(sparsity, all), least(tensors))
        .masks();
  }
}
