package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.UnitMap;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the units of a node with weights read through those that are left.
 *
 * @param inputs by output unit, the units of the first input that a weight multiplies; empty where
 *     weights do not go by input units
 * @param self by output unit, the node's own units that a weight multiplies in the next step
 * @param any output units with a weight that multiplies inputs
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
    node.parameters()
        .forEach((slot, name) -> {
          Parameter parameter = graph.parameter(name);
          if (parameter.role().prunable()) {
            reads.add(WeightAxes.of(graph, node, slot, parameter), left.apply(name));
          }
        });
    return reads;
  }

  /**
   * What a node's weights work on, as papers count units: of a linear node the inputs that a weight
   * multiplies, of others the outputs that have a weight; rows of a parameter where a node has no
   * units.
   */
  static BitSet worked(Graph graph, Node node, Function<String, BitSet> left) {
    BitSet worked = new BitSet();
    node.parameters()
        .forEach((slot, name) -> {
          Parameter parameter = graph.parameter(name);
          if (parameter.role().prunable()) {
            WeightAxes axes = WeightAxes.of(graph, node, slot, parameter);
            int columns = parameter.columns();
            boolean linear = node.operator() instanceof Linear;
            BitSet bits = left.apply(name);
            int run = linear ? 1 : axes.rows() == null ? columns : axes.rows().stride();
            int open = linear ? columns : Integer.MAX_VALUE;
            for (int i = bits.nextSetBit(0); i >= 0 && open > 0; ) {
              int unit = linear ? i % columns : axes.row(i) < 0 ? i / columns : axes.row(i);
              open -= worked.get(unit) ? 0 : 1;
              worked.set(unit);
              i = bits.nextSetBit((i / run + 1) * run); // the rest of the run is the same unit's
            }
          }
        });
    return worked;
  }

  private static List<BitSet> empty(int units) {
    return Stream.generate(BitSet::new).limit(units).toList();
  }

  private void add(WeightAxes axes, BitSet left) {
    for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
      int row = axes.row(i);
      if (row >= 0) {
        any.set(row, any.get(row) || axes.own() == null);
        set(inputs.get(row), axes.column(i));
        set(self.get(row), axes.own(i));
      }
    }
  }

  private static void set(BitSet bits, int unit) {
    if (unit >= 0) {
      bits.set(unit);
    }
  }

  /**
   * Units of an input that some units of a node need.
   *
   * @param input number of the input
   * @param weights the node's own; null where it has none
   * @param units of the output; unit 0 for one without units
   */
  static BitSet needed(
      Graph graph, Node node, int input, @Nullable WeightReads weights, BitSet units) {
    String x = node.inputs().get(input);
    WeightReads own = input == 0 ? weights : null;
    BitSet needed = new BitSet();
    BitSet live = (BitSet) units.clone();
    if (own != null) {
      live.and(own.any());
    }
    switch (graph.unitMap(node).inputs().get(input)) {
      case UnitMap.Mixed _ -> {
        if (own != null) {
          live.stream().forEach(unit -> needed.or(own.inputs().get(unit)));
        }
      }
      case UnitMap.Carried(var index) -> {
        int count = graph.units(x);
        live.stream()
            .map(unit -> index.unit(unit, count))
            .filter(unit -> unit >= 0)
            .forEach(needed::set);
      }
      case UnitMap.Merged(int block) ->
          live.stream().forEach(unit -> needed.set(unit * block, (unit + 1) * block));
      case UnitMap.Whole _ -> {
        if (!live.isEmpty()) {
          needed.set(0, UnitLayout.of(graph, x).units());
        }
      }
    }
    return needed;
  }
}
