package dev.ockham.lab.compare;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One network at one threshold.
 *
 * @param sparsity fraction of all weights that was asked to go; empty at the run's own threshold
 * @param threshold weights went whose score is at or above it; +∞ where none was asked to go
 * @param errorPercent on the images that measured it
 * @param weights that are left, biases not counted
 * @param work units and multiply-adds that are left
 * @param active units, of all gates that look at the example, that are open for one, in the mean
 *     over the images; empty where there are no such gates
 */
public record PrunedPoint(
    OptionalDouble sparsity,
    double threshold,
    double errorPercent,
    long weights,
    ModelWork work,
    OptionalDouble active) {

  /** Below it compressed rows are faster than dense ones. */
  private static final double SPARSE = 0.3;

  /**
   * Prunes and measures.
   *
   * @param sparsity fraction of all weights that was asked to go; empty at the run's own threshold
   * @param masks which weights stay
   * @param threads cores to use; the result does not depend on it
   */
  static PrunedPoint of(
      Snapshot snapshot,
      OptionalDouble sparsity,
      List<Mask> masks,
      double threshold,
      Examples images,
      int threads) {
    Model model = snapshot.pruned(masks);
    return new PrunedPoint(
        sparsity,
        threshold,
        Evaluator.classify(fast(model), images, threads, _ -> {}).errorPercent(),
        model.nonZeroWeights(),
        ModelWork.of(model),
        active(model, images));
  }

  private static OptionalDouble active(Model model, Examples images) {
    boolean gated =
        model.graph().nodes().stream().anyMatch(node -> node.operator() instanceof DependentGate);
    return gated
        ? OptionalDouble.of(
            ActiveUnits.of(model, images).stream().mapToDouble(ActiveUnits::meanActive).sum())
        : OptionalDouble.empty();
  }

  private static Model fast(Model model) {
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    for (Parameter parameter : model.graph().parameters()) {
      if (parameter.role() == Role.WEIGHT) {
        Matrix weights = model.value(parameter.name());
        if (weights.nonZeros() < SPARSE * weights.rows() * weights.cols()) {
          values.put(parameter.name(), weights.asCsr());
        }
      }
    }
    return new Model(model.architecture(), model.graph(), values);
  }

  /** For {@code result.json}. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    sparsity.ifPresent(asked -> json.put("asked_sparsity", asked));
    json.put("threshold", threshold);
    json.put("error_percent", errorPercent);
    json.put("nonzero_weights", weights);
    json.put("units", work.units());
    json.put("dense_multiply_adds", work.denseMultiplyAdds());
    json.put("sparse_multiply_adds", work.sparseMultiplyAdds());
    active.ifPresent(mean -> json.put("units_active", mean));
    return json;
  }
}
