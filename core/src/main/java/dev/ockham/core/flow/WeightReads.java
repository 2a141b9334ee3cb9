package dev.ockham.core.flow;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.UnitMap.Tie;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the units of a node with weights read through those that are left.
 *
 * @param inputs by output unit, the units of the first input that a weight multiplies; empty where
 *     weights do not go by input units
 * @param self by output unit, the node's own units that a weight multiplies in the next step
 * @param any output units with a weight at all
 */
record WeightReads(List<BitSet> inputs, List<BitSet> self, BitSet any) {

  /**
   * The reads of all nodes that have prunable parameters, by name.
   *
   * @param left which numbers of a parameter are not 0, by its name
   */
  static Map<String, WeightReads> of(Graph graph, Function<String, BitSet> left) {
    Map<String, BitSet> bits = new LinkedHashMap<>();
    Map<String, WeightReads> reads = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (prunable(graph, node)) {
        reads.put(node.name(), of(graph, node, p -> bits.computeIfAbsent(p, left)));
      }
    }
    return reads;
  }

  private static boolean prunable(Graph graph, Node node) {
    return graph.unitAxis(node.name()) >= 0
        && node.parameters().values().stream().anyMatch(p -> graph.parameter(p).role().prunable());
  }

  private static WeightReads of(Graph graph, Node node, Function<String, BitSet> left) {
    int units = graph.units(node.name());
    WeightReads reads = new WeightReads(empty(units), empty(units), new BitSet());
    UnitMap map = graph.unitMap(node);
    node.parameters()
        .forEach(
            (slot, name) -> {
              Parameter parameter = graph.parameter(name);
              if (parameter.role().prunable()) {
                List<Tie> ties = map.ties().getOrDefault(slot, List.of());
                reads.add(graph, node, parameter, ties, left.apply(name));
              }
            });
    return reads;
  }

  private static List<BitSet> empty(int units) {
    return java.util.stream.Stream.generate(BitSet::new).limit(units).toList();
  }

  private void add(Graph graph, Node node, Parameter parameter, List<Tie> ties, BitSet left) {
    Axis rows = null;
    Axis own = null;
    Axis columns = null;
    for (Tie tie : ties) {
      if (tie.input() == 0) {
        columns = Axis.of(parameter.shape(), tie, graph.units(node.inputs().getFirst()));
      } else if (tie.input() == Tie.OUTPUT && rows == null) {
        rows = Axis.of(parameter.shape(), tie, graph.units(node.name()));
      } else if (tie.input() == Tie.OUTPUT) {
        own = Axis.of(parameter.shape(), tie, graph.units(node.name()));
      }
    }
    for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
      int row = rows == null ? -1 : rows.unit(i);
      if (row >= 0) {
        any.set(row);
        set(inputs.get(row), columns, i);
        set(self.get(row), own, i);
      }
    }
  }

  private static void set(BitSet bits, @Nullable Axis axis, int index) {
    int unit = axis == null ? -1 : axis.unit(index);
    if (unit >= 0) {
      bits.set(unit);
    }
  }

  /** From the index of a number of a parameter to the unit that one of its axes goes by. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Axis(int stride, int[] units) {
    static Axis of(Shape shape, Tie tie, int count) {
      int[] units = new int[shape.dim(tie.axis())];
      for (int i = 0; i < units.length; i++) {
        units[i] = tie.index().unit(i, count);
      }
      return new Axis(shape.product(tie.axis() + 1, shape.rank()), units);
    }

    int unit(int index) {
      return units[index / stride % units.length];
    }
  }
}
