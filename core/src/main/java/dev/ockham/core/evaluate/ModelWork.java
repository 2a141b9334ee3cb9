package dev.ockham.core.evaluate;

import dev.ockham.core.prune.WeightAxes;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

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
    Graph graph = model.graph();
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
      long left = weights.stream().mapToLong(p -> model.value(p.name()).nonZeros()).sum();
      long times = count == 0 ? 0 : all / count;
      int used = used(model, node);
      units.add(used);
      dense += node.operator() instanceof Linear linear ? times * used * linear.outputs() : all;
      sparse += times * left;
    }
    return new ModelWork(units, dense, sparse);
  }

  /** Of a network before anything is pruned. */
  public static ModelWork of(Graph graph) {
    List<Integer> units = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!weights(graph, node).isEmpty()) {
        Shape in = graph.inputShapes(node).getFirst();
        Shape out = graph.shape(node.name());
        int axis = graph.unitAxis(node.name());
        units.add(
            node.operator() instanceof Linear ? in.dim(in.rank() - 1) : out.dim(Math.max(0, axis)));
      }
    }
    return new ModelWork(units, graph.multiplyAdds(), graph.multiplyAdds());
  }

  private static List<Parameter> weights(Graph graph, Node node) {
    return node.parameters().values().stream()
        .map(graph::parameter)
        .filter(parameter -> parameter.role().prunable())
        .toList();
  }

  /** Columns of a linear node's weights that are not all zero; of others rows by unit. */
  private static int used(Model model, Node node) {
    BitSet used = new BitSet();
    for (Map.Entry<String, String> taken : node.parameters().entrySet()) {
      Parameter parameter = model.graph().parameter(taken.getValue());
      if (parameter.role().prunable()) {
        WeightAxes axes = WeightAxes.of(model.graph(), node, taken.getKey(), parameter);
        Matrix weights = model.value(parameter.name());
        float[] values = weights.toDense();
        for (int i = 0; i < values.length; i++) {
          if (values[i] != 0) {
            boolean linear = node.operator() instanceof Linear;
            int row = axes.row(i) >= 0 ? axes.row(i) : i / weights.cols();
            used.set(linear ? i % weights.cols() : row);
          }
        }
      }
    }
    return used.cardinality();
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
