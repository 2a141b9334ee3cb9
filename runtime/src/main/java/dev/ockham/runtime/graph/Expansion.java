package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Graphs without composite operators: in their places stand the operators that they are made of.
 */
public final class Expansion {
  private Expansion() {}

  /**
   * The same function, with the same inputs, parameters and outputs. Other nodes keep their names;
   * the last of those that a composite one becomes has its name.
   *
   * @return the graph itself if there is nothing to replace; a composite node whose value has no
   *     numbers stays
   */
  public static Graph of(Graph graph) {
    if (!isNeeded(graph)) {
      return graph;
    }
    String prefix = "of ";
    while (anyStartsWith(graph, prefix)) {
      prefix += "of ";
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (expands(graph, node)) {
        expand(graph, node, prefix + nodes.size() + " ", nodes);
      } else {
        nodes.add(node);
      }
    }
    return new Graph(graph.inputs(), graph.parameters(), nodes, graph.outputs());
  }

  /** Whether there is anything to replace. */
  public static boolean isNeeded(Graph graph) {
    for (Node node : graph.nodes()) {
      if (expands(graph, node)) {
        return true;
      }
    }
    return false;
  }

  private static boolean expands(Graph graph, Node node) {
    return node.operator() instanceof Composite && graph.shape(node.name()).size() > 0;
  }

  private static boolean anyStartsWith(Graph graph, String prefix) {
    return graph.nodes().stream().anyMatch(node -> node.name().startsWith(prefix))
        || graph.inputs().stream().anyMatch(input -> input.name().startsWith(prefix));
  }

  private static void expand(Graph graph, Node node, String prefix, List<Node> nodes) {
    Graph others = ((Composite) node.operator()).inOthers(graph.inputShapes(node));
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      names.put(others.inputs().get(i).name(), node.inputs().get(i));
    }
    String last = others.outputs().get(0);
    for (Node each : others.nodes()) {
      names.put(each.name(), each.name().equals(last) ? node.name() : prefix + each.name());
      List<String> reads =
          each.inputs().stream()
              .map(read -> Objects.requireNonNull(names.get(read), read))
              .toList();
      nodes.add(new Node(Objects.requireNonNull(names.get(each.name())), each.operator(), reads));
    }
  }
}
