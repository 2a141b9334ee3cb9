package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.UnitMap;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether anything still flows from a network's inputs to its outputs, by {@link UnitFlow}. */
public final class SurvivingPaths {
  private SurvivingPaths() {}

  /**
   * The first node with weights that no kept weight connects to an input any more, if an output is
   * not connected either. That output is a constant: the network has collapsed. While other
   * branches reach it, a dead one does not count.
   *
   * @param kept by prunable parameter, which weights stay, row-major in its shape
   * @return the node's name; empty while a path to every output is left
   */
  public static Optional<String> firstDeadNode(Graph graph, Map<String, Mask> kept) {
    UnitFlow flow = UnitFlow.of(graph, kept);
    if (graph.outputs().stream().noneMatch(output -> flow.varying(output).isEmpty())) {
      return Optional.empty();
    }
    return graph.nodes().stream()
        .filter(node -> flow.weighted(node) && flow.varying(node.name()).isEmpty())
        .map(Node::name)
        .findFirst();
  }

  /**
   * The kept weights that lie on a path from an input to an output; no other one can change what
   * the network computes from its input.
   *
   * @param kept by prunable parameter, which weights stay, row-major in its shape
   * @return as many masks, each keeping a part of what it was given
   */
  public static Map<String, Mask> connected(Graph graph, Map<String, Mask> kept) {
    UnitFlow flow = UnitFlow.of(graph, kept);
    Map<String, BitSet> left = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      node.parameters()
          .forEach((slot, name) -> {
            Parameter parameter = graph.parameter(name);
            if (parameter.role().prunable()) {
              WeightAxes axes = WeightAxes.of(graph, node, slot, parameter);
              BitSet bits = Objects.requireNonNull(kept.get(name), name).bits();
              left.computeIfAbsent(name, key -> new BitSet()).or(passing(flow, node, axes, bits));
            }
          });
    }
    Map<String, Mask> masks = new LinkedHashMap<>();
    left.forEach((name, bits) ->
        masks.put(name, Objects.requireNonNull(kept.get(name), name).where(bits::get)));
    return masks;
  }

  /** Of the weights of a node those from a unit that varies to one that is read. */
  private static BitSet passing(UnitFlow flow, Node node, WeightAxes axes, BitSet weights) {
    Graph graph = flow.graph();
    BitSet made = flow.varying(node.name());
    BitSet read = flow.read(node.name());
    BitSet before = flow.varying(node.inputs().getFirst());
    boolean carried = graph.unitMap(node).inputs().getFirst() instanceof UnitMap.Carried;
    BitSet passing = new BitSet();
    weights.stream()
        .filter(i -> {
          int row = axes.row(i);
          boolean flows;
          if (axes.own(i) >= 0) {
            flows = made.get(axes.own(i));
          } else if (axes.column(i) >= 0) {
            flows = before.get(axes.column(i));
          } else {
            flows = carried ? made.get(row) : !before.isEmpty();
          }
          return row < 0 || (flows && read.get(row));
        })
        .forEach(passing::set);
    return passing;
  }
}
