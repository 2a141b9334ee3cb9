package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.UnitMap.Tie;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A graph in which only some units of each value are left: what its operators and the rows and
 * columns of its parameters are then.
 */
final class KeptUnits {
  private final Graph original;
  private final Map<String, BitSet> kept;
  private final Graph graph;

  /** By parameter and axis, the indices that are left. */
  private final Map<String, List<int[]>> indices = new HashMap<>();

  /**
   * The rest of a graph.
   *
   * @param kept units that are left by value; all of one that is not named. An input is of the
   *     features that are left, if it is named.
   */
  KeptUnits(Graph original, Map<String, BitSet> kept) {
    this.original = original;
    this.kept = kept;
    this.graph = rest();
  }

  Graph original() {
    return original;
  }

  /** The graph of the units that are left. */
  Graph graph() {
    return graph;
  }

  /** Units of a value that are left. */
  BitSet kept(String value) {
    BitSet named = kept.get(value);
    if (named != null) {
      return named;
    }
    BitSet all = new BitSet();
    all.set(0, original.units(value));
    return all;
  }

  private Graph rest() {
    Map<String, Shape> shapes = new HashMap<>();
    List<Input> inputs = new ArrayList<>();
    for (Input input : original.inputs()) {
      BitSet features = kept.get(input.name());
      Shape shape = features == null ? input.shape() : Shape.of(features.cardinality());
      inputs.add(new Input(input.name(), shape, input.numbers()));
      shapes.put(input.name(), shape);
    }
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : original.nodes()) {
      Node left = node.with(operator(node));
      List<Shape> in =
          left.inputs().stream().map(x -> Objects.requireNonNull(shapes.get(x))).toList();
      shapes.put(node.name(), left.operator().output(in));
      for (Slot slot : left.operator().slots(in)) {
        String name = node.parameters().get(slot.name());
        if (name != null) {
          parameters.put(name, new Parameter(name, slot.shape(), slot.role()));
          tie(name, original.unitMap(node).ties().getOrDefault(slot.name(), List.of()), node);
        }
      }
      nodes.add(left);
    }
    return new Graph(inputs, List.copyOf(parameters.values()), nodes, original.outputs());
  }

  private Operator operator(Node node) {
    UnitMap map = original.unitMap(node);
    boolean whole =
        kept(node.name()).cardinality() == original.units(node.name())
            && node.inputs().stream().allMatch(x -> kept(x).cardinality() == original.units(x));
    if (map.axis() < 0 || whole) {
      return node.operator();
    }
    return node.operator()
        .keeping(
            original.inputShapes(node),
            original.inputAxes(node),
            node.inputs().stream().map(this::kept).toList(),
            kept(node.name()));
  }

  private void tie(String parameter, List<Tie> ties, Node node) {
    Shape shape = original.parameter(parameter).shape();
    List<int[]> axes =
        indices.computeIfAbsent(
            parameter,
            name ->
                new ArrayList<>(
                    shape.dims().stream()
                        .map(size -> IntStream.range(0, size).toArray())
                        .toList()));
    for (Tie tie : ties) {
      String value = UnitClasses.value(node, tie);
      int units = original.units(value);
      BitSet left = kept(value);
      int[] stay =
          IntStream.range(0, shape.dim(tie.axis()))
              .filter(i -> {
                int unit = tie.index().unit(i, units);
                return unit < 0 || left.get(unit);
              })
              .toArray();
      axes.set(tie.axis(), stay);
    }
  }

  /** What is left of a parameter's numbers, row-major. */
  float[] left(String parameter, float[] all) {
    int[] places = places(parameter);
    float[] left = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      left[i] = all[places[i]];
    }
    return left;
  }

  /**
   * A parameter's numbers in its original size, with another number in the places of those gone.
   */
  float[] spread(String parameter, float[] left, float missing) {
    int[] places = places(parameter);
    float[] all = new float[original.parameter(parameter).shape().size()];
    Arrays.fill(all, missing);
    for (int i = 0; i < places.length; i++) {
      all[places[i]] = left[i];
    }
    return all;
  }

  private int[] places(String parameter) {
    Shape shape = original.parameter(parameter).shape();
    int[] places = {0};
    for (int axis = 0; axis < shape.rank(); axis++) {
      int[] own = Objects.requireNonNull(indices.get(parameter), parameter).get(axis);
      int[] next = new int[Math.multiplyExact(places.length, own.length)];
      for (int i = 0; i < next.length; i++) {
        next[i] = places[i / own.length] * shape.dim(axis) + own[i % own.length];
      }
      places = next;
    }
    if (places.length != graph.parameter(parameter).shape().size()) {
      throw new AssertionError(
          "'%s' has %s numbers left, but %s"
              .formatted(parameter, places.length, graph.parameter(parameter).shape()));
    }
    return places;
  }
}
