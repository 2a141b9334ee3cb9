package dev.ockham.core.evaluate;

import dev.ockham.core.prune.UnitFlow;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.List;

/**
 * What a model costs to run on one example, and how many units it is made of, by {@link UnitFlow}.
 * All that a user sees of multiply-adds is read here. Biases and work on single numbers are not
 * counted.
 *
 * @param nodes the work of each node, in the graph's order
 */
public record ModelWork(List<NodeWork> nodes) {

  /**
   * The work of one node.
   *
   * @param node its name
   * @param weighted whether it has weights that pruning may take
   * @param units with such weights, as the papers count them (245-160-55): inputs of a linear node
   *     that a weight reads, of others outputs that have a weight; 0 without
   * @param denseMultiplyAdds multiply-adds if a linear node multiplies all outputs that the model
   *     has with those inputs, and others all that they have; this is what hardware saves without
   *     knowing of zeros
   * @param sparseMultiplyAdds multiply-adds of weights that are not 0 alone, or of products of
   *     values
   */
  public record NodeWork(
      String node, boolean weighted, int units, long denseMultiplyAdds, long sparseMultiplyAdds) {}

  /** Copies the list. */
  public ModelWork {
    nodes = List.copyOf(nodes);
  }

  /**
   * The work of a model, best one without units that do not matter any more ({@link
   * dev.ockham.core.prune.Compaction}).
   */
  public static ModelWork of(Model model) {
    return of(UnitFlow.ofZeros(model));
  }

  /** The work of a network before anything is pruned; as {@link Graph#multiplyAdds} counts. */
  public static ModelWork of(Graph graph) {
    return of(UnitFlow.whole(graph));
  }

  private static ModelWork of(UnitFlow flow) {
    return new ModelWork(flow.graph().nodes().stream().map(node -> of(flow, node)).toList());
  }

  private static NodeWork of(UnitFlow flow, Node node) {
    Graph graph = flow.graph();
    long all = node.operator().multiplyAdds(graph.inputShapes(node));
    List<Parameter> weights = weights(graph, node);
    if (weights.isEmpty()) {
      return new NodeWork(node.name(), false, 0, all, all);
    }
    long count = weights.stream().mapToLong(p -> p.shape().size()).sum();
    long left = weights.stream().mapToLong(p -> flow.weightsLeft(p.name())).sum();
    long times = count == 0 ? 0 : all / count;
    int used = flow.unitsWorkedOn(node);
    long dense = node.operator() instanceof Linear linear ? times * used * linear.outputs() : all;
    return new NodeWork(node.name(), true, used, dense, times * left);
  }

  private static List<Parameter> weights(Graph graph, Node node) {
    return node.parameters().values().stream()
        .map(graph::parameter)
        .filter(parameter -> parameter.role().prunable())
        .toList();
  }

  /** Units per node with weights. */
  public List<Integer> units() {
    return nodes.stream().filter(NodeWork::weighted).map(NodeWork::units).toList();
  }

  /** Multiply-adds of all nodes that do not know of zeros. */
  public long denseMultiplyAdds() {
    return nodes.stream().mapToLong(NodeWork::denseMultiplyAdds).sum();
  }

  /** Multiply-adds of all nodes of weights that are not 0 alone. */
  public long sparseMultiplyAdds() {
    return nodes.stream().mapToLong(NodeWork::sparseMultiplyAdds).sum();
  }

  /** All units together. */
  public long unitCount() {
    return units().stream().mapToLong(Integer::longValue).sum();
  }

  /** Units behind the first node with weights: those that learn something, not pixels. */
  public long hiddenUnits() {
    return unitCount() - units().getFirst();
  }
}
