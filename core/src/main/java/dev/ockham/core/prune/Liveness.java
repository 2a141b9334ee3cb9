package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.UnitMap;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which units of each value are read, in one pass from the outputs to the inputs: those that a row
 * with a non-zero weight leads to an output from, and all where weights do not tell.
 *
 * <p>Where nodes may change, a value that is the same for all examples and is read as such needs
 * nothing before it: it is replaced by its numbers. Where they may not, all nodes stay.
 */
final class Liveness {
  private final Graph graph;
  private final Map<String, WeightReads> reads;
  private final ConstantUnits constants;
  private final Absorption absorption;
  private final Map<String, BitSet> absorbed;
  private final Map<String, BitSet> read = new HashMap<>();
  private final Set<String> present = new HashSet<>();
  private final Set<String> wanted = new HashSet<>();
  private final Set<String> replaced = new HashSet<>();

  /**
   * Goes through a graph.
   *
   * @param absorbed by value, constant units that go into biases where those take them
   * @param needed by value, units that count as read whatever reads them
   */
  Liveness(
      Graph graph,
      Map<String, WeightReads> reads,
      ConstantUnits constants,
      Absorption absorption,
      Map<String, BitSet> absorbed,
      Map<String, BitSet> needed) {
    this.graph = graph;
    this.reads = reads;
    this.constants = constants;
    this.absorption = absorption;
    this.absorbed = absorbed;
    needed.forEach((value, units) -> read(value).or(units));
    for (String output : graph.outputs()) {
      present.add(output);
      read(output).set(0, UnitLayout.of(graph, output).units());
    }
    for (Node node : graph.nodes().reversed()) {
      if (present.contains(node.name()) || !absorption.mayAdd()) {
        visit(node);
      }
    }
  }

  /** Units of a value that are read; unit 0 stands for one without units. */
  BitSet read(String value) {
    return read.computeIfAbsent(value, name -> new BitSet());
  }

  /** Whether a node is left. */
  boolean present(String node) {
    return present.contains(node);
  }

  /** Whether a node's numbers take its place. */
  boolean replaced(String node) {
    return replaced.contains(node);
  }

  private void visit(Node node) {
    boolean whole = constants.whole(node.name());
    BitSet units = read(node.name());
    present.add(node.name());
    boolean given = whole && wanted.contains(node.name()) && absorption.mayAdd();
    boolean blocks = units.isEmpty() && blocks(node);
    if ((given || (blocks && absorption.mayAdd())) && !(node.operator() instanceof Constant)) {
      replaced.add(node.name());
      return;
    }
    if (blocks) {
      node.inputs().forEach(x -> read(x).set(0, UnitLayout.of(graph, x).units()));
    }
    present.addAll(node.inputs());
    WeightReads weights = reads.get(node.name());
    if (weights != null) {
      close(node, weights, units);
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      BitSet needed = needed(node, i, weights, units);
      read(node.inputs().get(i)).or(needed);
      if (!whole && !needed.isEmpty() && !graph.gives(node.inputs().get(i))) {
        wanted.add(node.inputs().get(i));
      }
    }
  }

  /** Whether a node that nothing reads would keep units of what it reads from leaving. */
  private boolean blocks(Node node) {
    List<UnitMap.Link> links = graph.unitMap(node).inputs();
    for (int i = 0; i < links.size(); i++) {
      boolean whole = links.get(i) instanceof UnitMap.Whole;
      if (whole
          && graph.units(node.inputs().get(i)) > 0
          && graph.node(node.inputs().get(i)) != null) {
        return true;
      }
    }
    return false;
  }

  /** Adds the node's own units that those which are read need in the next step. */
  private void close(Node node, WeightReads weights, BitSet units) {
    int before;
    do {
      before = units.cardinality();
      BitSet more = new BitSet();
      units.stream().forEach(unit -> more.or(weights.self().get(unit)));
      more.stream().filter(unit -> !isZero(node.name(), unit)).forEach(units::set);
    } while (units.cardinality() > before);
  }

  private boolean isZero(String value, int unit) {
    float[] constant = constants.of(value, unit);
    return constant != null && ConstantMap.isZero(constant);
  }

  /** Units of an input that some of a node's units need, given the node's weights. */
  BitSet needed(Node node, int input, @Nullable WeightReads weights, BitSet units) {
    BitSet needed = WeightReads.needed(graph, node, input, weights, units);
    boolean mixed = graph.unitMap(node).inputs().get(input) instanceof UnitMap.Mixed;
    if (mixed && input == 0) {
      needed.andNot(absorbed(node));
    }
    return needed;
  }

  /** Units of a node's first input that go into its bias. */
  BitSet absorbed(Node node) {
    String x = node.inputs().getFirst();
    List<float @Nullable []> all = constants.of(x);
    BitSet taken = new BitSet();
    absorbed.getOrDefault(x, new BitSet()).stream()
        .filter(unit -> {
          float[] constant = all.get(unit);
          return constant != null && absorption.takes(node, constant);
        })
        .forEach(taken::set);
    return taken;
  }
}
