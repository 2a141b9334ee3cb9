package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.UnitMap;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Whether anything still flows from a network's inputs to its outputs. */
public final class SurvivingPaths {
  private final Graph graph;
  private final Map<String, WeightReads> reads;
  private final Map<String, BitSet> reached = new HashMap<>();

  private SurvivingPaths(Graph graph, Map<String, Mask> kept) {
    this.graph = graph;
    this.reads = WeightReads.of(graph, name -> bits(mask(kept, name)));
    for (Input input : graph.inputs()) {
      BitSet all = new BitSet();
      all.set(0, UnitLayout.of(graph, input.name()).units());
      reached.put(input.name(), all);
    }
    for (Node node : graph.nodes()) {
      reached.put(node.name(), reach(node));
    }
  }

  private static Mask mask(Map<String, Mask> kept, String parameter) {
    return Objects.requireNonNull(kept.get(parameter), parameter);
  }

  private static BitSet bits(Mask mask) {
    BitSet bits = new BitSet(mask.length());
    for (int i = 0; i < mask.length(); i++) {
      bits.set(i, mask.keeps(i));
    }
    return bits;
  }

  /**
   * The first node with weights that no kept weight connects to an input any more, if an output is
   * not connected either. That output is a constant: the network has collapsed. While other
   * branches reach it, a dead one does not count.
   *
   * @param kept by prunable parameter, which weights stay, row-major in its shape
   * @return the node's name; empty while a path to every output is left
   */
  public static Optional<String> firstDeadNode(Graph graph, Map<String, Mask> kept) {
    SurvivingPaths paths = new SurvivingPaths(graph, kept);
    if (graph.outputs().stream().noneMatch(output -> paths.reached(output).isEmpty())) {
      return Optional.empty();
    }
    return graph.nodes().stream()
        .map(Node::name)
        .filter(name -> paths.reads.containsKey(name) && paths.reached(name).isEmpty())
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
    SurvivingPaths paths = new SurvivingPaths(graph, kept);
    Map<String, Mask> forward = paths.only(kept, paths::fromReached);
    Map<String, WeightReads> reads = WeightReads.of(graph, name -> bits(mask(forward, name)));
    Map<String, BitSet> read = paths.read(reads);
    return paths.only(
        forward, (node, at) -> Objects.requireNonNull(read.get(node.name())).get(at.row()));
  }

  private BitSet reached(String value) {
    return Objects.requireNonNull(reached.get(value), value);
  }

  /** Units of a node that a kept weight, or no weight at all, leads to from a unit reached. */
  private BitSet reach(Node node) {
    BitSet units = new BitSet();
    int count = UnitLayout.of(graph, node.name()).units();
    WeightReads weights = reads.get(node.name());
    for (int unit = 0; unit < count; unit++) {
      BitSet one = new BitSet();
      one.set(unit);
      for (int i = 0; i < node.inputs().size(); i++) {
        boolean passes = i == 0 || !(node.operator() instanceof Recurrent);
        BitSet needed = WeightReads.needed(graph, node, i, weights, one);
        if (passes && needed.intersects(reached(node.inputs().get(i)))) {
          units.set(unit);
        }
      }
    }
    if (weights != null) {
      spread(weights, units);
    }
    return units;
  }

  private static void spread(WeightReads weights, BitSet units) {
    int before;
    do {
      before = units.cardinality();
      for (int unit = 0; unit < weights.self().size(); unit++) {
        if (weights.self().get(unit).intersects(units)) {
          units.set(unit);
        }
      }
    } while (units.cardinality() > before);
  }

  /** Units of each value that lead to an output. */
  private Map<String, BitSet> read(Map<String, WeightReads> weights) {
    Map<String, BitSet> read = new HashMap<>();
    for (String output : graph.outputs()) {
      BitSet all = new BitSet();
      all.set(0, UnitLayout.of(graph, output).units());
      read.put(output, all);
    }
    for (Node node : graph.nodes().reversed()) {
      BitSet units = read.computeIfAbsent(node.name(), name -> new BitSet());
      WeightReads own = weights.get(node.name());
      if (own != null) {
        close(own, units);
      }
      for (int i = 0; i < node.inputs().size(); i++) {
        BitSet needed = WeightReads.needed(graph, node, i, own, units);
        read.computeIfAbsent(node.inputs().get(i), name -> new BitSet()).or(needed);
      }
    }
    return read;
  }

  private static void close(WeightReads weights, BitSet units) {
    int before;
    do {
      before = units.cardinality();
      BitSet more = new BitSet();
      units.stream().forEach(unit -> more.or(weights.self().get(unit)));
      units.or(more);
    } while (units.cardinality() > before);
  }

  /** A weight's place: unit made, unit of the input, own unit; −1 where there is none. */
  private record Place(int row, int column, int own) {}

  private boolean fromReached(Node node, Place place) {
    if (place.own() >= 0) {
      return reached(node.name()).get(place.own());
    }
    BitSet before = reached(node.inputs().getFirst());
    if (place.column() >= 0) {
      return before.get(place.column());
    }
    UnitMap.Link link = graph.unitMap(node).inputs().getFirst();
    boolean carried = link instanceof UnitMap.Carried;
    return carried ? reached(node.name()).get(place.row()) : !before.isEmpty();
  }

  /** Of some weights those that pass for a node that takes them. */
  private Map<String, Mask> only(Map<String, Mask> kept, BiPredicate<Node, Place> passes) {
    Map<String, BitSet> left = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      node.parameters()
          .forEach((slot, name) -> {
            Parameter parameter = graph.parameter(name);
            if (parameter.role().prunable()) {
              BitSet own = left.computeIfAbsent(name, key -> new BitSet());
              WeightAxes axes = WeightAxes.of(graph, node, slot, parameter);
              Mask mask = mask(kept, name);
              for (int i = 0; i < mask.length(); i++) {
                Place place = place(axes, i);
                if (mask.keeps(i) && (place.row() < 0 || passes.test(node, place))) {
                  own.set(i);
                }
              }
            }
          });
    }
    Map<String, Mask> masks = new LinkedHashMap<>();
    left.forEach((name, bits) -> masks.put(name, mask(kept, name).where(bits::get)));
    return masks;
  }

  private static Place place(WeightAxes axes, int index) {
    return new Place(axes.row(index), axes.column(index), axes.own(index));
  }
}
