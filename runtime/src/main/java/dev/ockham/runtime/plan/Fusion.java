package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.kernel.Finish;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes run as one: a layer with weights and what alone reads its sums, as far as that can be
 * done while they are written: another value added, an activation that bounds, a pool of two by
 * two.
 */
final class Fusion {
  /** Values that are made early for a sum, one for the other; a stack holds so many. */
  private static final int MOST_DEPTH = 200;

  /**
   * Nodes that run as one.
   *
   * @param node the first of them
   * @param finish what the others do
   * @param inputs values that all of them read from outside
   * @param output value of the last of them
   */
  record Fused(Node node, Finish finish, List<String> inputs, String output) {}

  private final Graph graph;
  private final Map<String, List<Node>> readers;
  private final Set<String> known = new HashSet<>();

  /** Nodes that are in {@link #all}, or about to be. */
  private final Set<String> done = new HashSet<>();

  private final List<Fused> all = new ArrayList<>();

  /** How many values deep {@link #require} is at work. */
  private int depth;

  private Fusion(Graph graph) {
    this.graph = graph;
    readers = graph.readers();
    for (Input input : graph.inputs()) {
      known.add(input.name());
    }
  }

  /** All nodes of a graph, in an order in which they can run. */
  static List<Fused> of(Graph graph) {
    Fusion fusion = new Fusion(graph);
    for (Node node : graph.nodes()) {
      fusion.add(node);
    }
    return fusion.all;
  }

  private void add(Node node) {
    if (done.add(node.name())) {
      Fused fused = fused(node);
      known.add(fused.output());
      all.add(fused);
    }
  }

  /** Adds what a value is made of, and what makes it; false where that is nested too deeply. */
  private boolean require(String value) {
    Node node = graph.node(value);
    if (node == null || done.contains(value)) {
      return true;
    }
    if (depth == MOST_DEPTH) {
      return false;
    }
    depth++;
    boolean all = true;
    for (int i = 0; all && i < node.inputs().size(); i++) {
      all = require(node.inputs().get(i));
    }
    if (all) {
      add(node);
    }
    depth--;
    return all;
  }

  private Fused fused(Node node) {
    Fused fused = new Fused(node, Finish.NONE, node.inputs(), node.name());
    if (!(node.operator() instanceof Linear || node.operator() instanceof Convolution)) {
      return fused;
    }
    for (Fused longer = fused; longer != null; longer = longer(fused)) {
      fused = longer;
      done.add(fused.output());
    }
    return fused;
  }

  /** With one node more; null if the next one cannot be taken in. */
  private @Nullable Fused longer(Fused fused) {
    String value = fused.output();
    List<Node> next = readers.getOrDefault(value, List.of());
    if (graph.gives(value) || next.size() != 1) {
      return null;
    }
    Node reader = next.getFirst();
    Finish finish = fused.finish();
    boolean free = !finish.bounded() && !finish.pool();
    if (reader.operator() instanceof Activation activation
        && Finish.bounds(activation)
        && !finish.bounded()) {
      return new Fused(fused.node(), finish.with(activation), fused.inputs(), reader.name());
    }
    if (reader.operator() instanceof Combine combine
        && combine.by() == Combine.By.ADD
        && free
        && !finish.sum()) {
      return withSum(fused, reader);
    }
    boolean pools =
        reader.operator() instanceof Pool pool
            && halves(pool)
            && fused.node().operator() instanceof Convolution;
    return pools && !finish.pool() && !finish.sum()
        ? new Fused(fused.node(), finish.withPool(), fused.inputs(), reader.name())
        : null;
  }

  private @Nullable Fused withSum(Fused fused, Node reader) {
    String value = fused.output();
    String other = reader.inputs().get(reader.inputs().get(0).equals(value) ? 1 : 0);
    boolean there = other.equals(value) || require(other);
    if (!there || !known.contains(other) || !graph.shape(other).equals(graph.shape(value))) {
      return null;
    }
    List<String> inputs = List.of(fused.inputs().get(0), other);
    return new Fused(fused.node(), fused.finish().withSum(), inputs, reader.name());
  }

  /** Whether a pool takes the largest of each two by two positions and leaves the rest. */
  private boolean halves(Pool pool) {
    Window window = pool.window();
    return pool.of() == Pool.Of.MAX
        && !pool.ceil()
        && window.kernel().equals(List.of(2, 2))
        && window.stride().equals(List.of(2, 2))
        && window.before().equals(List.of(0, 0))
        && window.after().equals(List.of(0, 0))
        && window.dilation().equals(List.of(1, 1));
  }
}
