package dev.ockham.core.evaluate;

import dev.ockham.core.prune.UnitFlow;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model costs to run on one example, and how many units it is made of. Biases and work on
 * single numbers are not counted.
 *
 * @param units per node with weights, as the papers count them (245-160-55): inputs of a linear
 *     node that a weight reads; of others outputs that have a weight
 * @param denseMultiplyAdds multiply-adds if a linear node multiplies all outputs that the model has
 *     with those inputs, and others all that they have; this is what hardware saves without knowing
 *     of zeros
 * @param sparseMultiplyAdds multiply-adds of weights that are not 0 alone, and of products of
 *     values
 */
public record ModelWork(List<Integer> units, long denseMultiplyAdds, long sparseMultiplyAdds) {

  /** Copies the list. */
  public ModelWork {
    units = List.copyOf(units);
  }

  /**
   * Of a model, best one without units that do not matter any more ({@link
   * dev.ockham.core.prune.Compaction}).
   */
  public static ModelWork of(Model model) {
    return of(UnitFlow.ofZeros(model));
  }

  /** Of a network before anything is pruned. */
  public static ModelWork of(Graph graph) {
    return of(UnitFlow.whole(graph));
  }

  private static ModelWork of(UnitFlow flow) {
    Graph graph = flow.graph();
    List<Integer> units = new ArrayList<>();
    long dense = 0;
    long sparse = 0;
    for (Node node : graph.nodes()) {
      long all = node.operator().multiplyAdds(graph.inputShapes(node));
      List<Parameter> weights = weights(graph, node);
      if (weights.isEmpty()) {
        dense += all;
        sparse += all;
        continue;
      }
      long count = weights.stream().mapToLong(p -> p.shape().size()).sum();
      long left = weights.stream().mapToLong(p -> flow.weightsLeft(p.name())).sum();
      long times = count == 0 ? 0 : all / count;
      int used = flow.unitsWorkedOn(node);
      units.add(used);
      dense += node.operator() instanceof Linear linear ? times * used * linear.outputs() : all;
      sparse += times * left;
    }
    return new ModelWork(units, dense, sparse);
  }

  private static List<Parameter> weights(Graph graph, Node node) {
    return node.parameters().values().stream()
        .map(graph::parameter)
        .filter(parameter -> parameter.role().prunable())
        .toList();
  }

  /** All units together. */
  public long unitCount() {
    return units.stream().mapToLong(Integer::longValue).sum();
  }

  /** Units behind the first node with weights: those that learn something, not pixels. */
  public long hiddenUnits() {
    return unitCount() - units.getFirst();
  }
}
