package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.UnitMap.Tie;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Units of values that can only leave together: those that a node carries through or makes one of,
 * and those that rows or columns of a shared parameter belong to.
 */
final class UnitClasses {
  private final Graph graph;
  private final Map<String, Integer> first = new HashMap<>();
  private final int[] parents;
  private final BitSet pinned = new BitSet();

  private UnitClasses(Graph graph) {
    this.graph = graph;
    int count = 0;
    for (Input input : graph.inputs()) {
      first.put(input.name(), count);
      count += graph.units(input.name());
    }
    for (Node node : graph.nodes()) {
      first.put(node.name(), count);
      count += graph.units(node.name());
    }
    parents = new int[count];
    for (int i = 0; i < count; i++) {
      parents[i] = i;
    }
  }

  /** The classes of a graph of which all nodes stay. */
  static UnitClasses of(Graph graph) {
    return of(graph, node -> true);
  }

  /**
   * The classes of a graph.
   *
   * @param counts nodes that couple what they read; others are on their way out
   */
  static UnitClasses of(Graph graph, Predicate<Node> counts) {
    UnitClasses classes = new UnitClasses(graph);
    Map<String, List<Use>> uses = new HashMap<>();
    for (Node node : graph.nodes()) {
      UnitMap map = graph.unitMap(node);
      if (counts.test(node)) {
        for (int i = 0; i < node.inputs().size(); i++) {
          classes.couple(node.name(), node.inputs().get(i), map.inputs().get(i));
        }
        node.parameters()
            .forEach((slot, name) ->
                uses.computeIfAbsent(name, p -> new ArrayList<>())
                    .add(new Use(node, map.ties().getOrDefault(slot, List.of()))));
      }
    }
    uses.forEach((name, nodes) -> {
      if (nodes.size() > 1) {
        classes.share(graph.parameter(name).shape(), nodes);
      }
    });
    return classes;
  }

  private record Use(Node node, List<Tie> ties) {}

  private void couple(String output, String input, UnitMap.Link link) {
    int units = graph.units(input);
    for (int unit = 0; unit < graph.units(output); unit++) {
      switch (link) {
        case UnitMap.Carried(var index) -> {
          int from = index.unit(unit, units);
          if (from >= 0) {
            union(id(output, unit), id(input, from));
          }
        }
        case UnitMap.Merged(int block) -> {
          for (int i = 0; i < block; i++) {
            union(id(output, unit), id(input, unit * block + i));
          }
        }
        case UnitMap.Mixed _, UnitMap.Whole _ -> {}
      }
    }
  }

  private void share(Shape shape, List<Use> uses) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      for (int i = 0; i < shape.dim(axis); i++) {
        int known = -1;
        boolean everywhere = true;
        for (Use use : uses) {
          int unit = id(use, axis, i);
          everywhere &= unit >= 0;
          if (unit >= 0 && known >= 0) {
            union(known, unit);
          }
          known = unit >= 0 ? unit : known;
        }
        if (known >= 0 && !everywhere) {
          pinned.set(known);
        }
      }
    }
  }

  private int id(Use use, int axis, int index) {
    for (Tie tie : use.ties()) {
      if (tie.axis() == axis) {
        String value = value(use.node(), tie);
        int unit = tie.index().unit(index, graph.units(value));
        return unit < 0 ? -1 : id(value, unit);
      }
    }
    return -1;
  }

  /** The value whose units an axis of a node's parameter goes by. */
  static String value(Node node, Tie tie) {
    return tie.input() == Tie.OUTPUT ? node.name() : node.inputs().get(tie.input());
  }

  private int id(String value, int unit) {
    return Objects.requireNonNull(first.get(value), value) + unit;
  }

  private void union(int a, int b) {
    int left = root(a);
    int right = root(b);
    parents[Math.max(left, right)] = Math.min(left, right);
  }

  private int root(int id) {
    int at = id;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /** Number of the class of a unit; only for values that have an axis of units. */
  int of(String value, int unit) {
    return root(id(value, unit));
  }

  /** Classes that cannot leave, since a parameter that they share also serves others. */
  BitSet pinned() {
    BitSet roots = new BitSet();
    pinned.stream().forEach(id -> roots.set(root(id)));
    return roots;
  }
}
