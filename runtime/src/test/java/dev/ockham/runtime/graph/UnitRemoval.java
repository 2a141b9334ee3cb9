package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Takes units out of a graph of one node, by nothing but the operator's unit map, ties and {@link
 * Operator#keeping}: the plainest form of what compaction does to whole networks.
 */
final class UnitRemoval {
  private final Graph graph;
  private final Node node;
  private final List<Shape> in;
  private final List<Integer> axes;
  private final Shape out;
  private final UnitMap map;
  private final List<BitSet> goneIn = new ArrayList<>();
  private final BitSet goneOut = new BitSet();

  /**
   * Removes nothing yet.
   *
   * @param axes axis of each input's units; −1 where it has none
   */
  UnitRemoval(Graph graph, Node node, List<Integer> axes) {
    this.graph = graph;
    this.node = node;
    this.axes = axes;
    in = graph.inputShapes(node);
    out = graph.shape(node.name());
    map = node.operator().units(in, axes);
    in.forEach(shape -> goneIn.add(new BitSet()));
  }

  UnitMap map() {
    return map;
  }

  /** Units of an input; 0 where it has none. */
  int unitsIn(int input) {
    return axes.get(input) < 0 ? 0 : in.get(input).dim(axes.get(input));
  }

  /** Units of the output; 0 where it has none. */
  int unitsOut() {
    return map.axis() < 0 ? 0 : out.dim(map.axis());
  }

  /** Whether the unit map lets single units of an input go. */
  boolean free(int input) {
    return !(map.inputs().get(input) instanceof UnitMap.Whole);
  }

  BitSet goneIn(int input) {
    return goneIn.get(input);
  }

  BitSet goneOut() {
    return goneOut;
  }

  /** Removes with the units that are to go all those that can only go with them. */
  void close() {
    boolean more = true;
    while (more) {
      int before = size();
      for (int i = 0; i < in.size(); i++) {
        switch (map.inputs().get(i)) {
          case UnitMap.Carried carried -> {
            for (int o = 0; o < unitsOut(); o++) {
              couple(o, i, carried.index().unit(o, unitsIn(i)));
            }
          }
          case UnitMap.Merged merged -> {
            for (int u = 0; u < unitsIn(i); u++) {
              couple(u / merged.block(), i, u);
            }
          }
          case UnitMap.Mixed mixed -> {}
          case UnitMap.Whole whole -> {}
        }
      }
      more = size() > before;
    }
  }

  private void couple(int o, int input, int unit) {
    if (unit >= 0 && (goneOut.get(o) || goneIn.get(input).get(unit))) {
      goneOut.set(o);
      goneIn.get(input).set(unit);
    }
  }

  private int size() {
    return goneOut.cardinality() + goneIn.stream().mapToInt(BitSet::cardinality).sum();
  }

  /** The operator where the units have gone. */
  Operator operator() {
    if (map.axis() < 0) {
      return node.operator();
    }
    List<BitSet> kept = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      kept.add(others(goneIn.get(i), unitsIn(i)));
    }
    return node.operator().keeping(in, axes, kept, others(goneOut, unitsOut()));
  }

  private static BitSet others(BitSet gone, int units) {
    BitSet others = new BitSet();
    others.set(0, units);
    others.andNot(gone);
    return others;
  }

  /** The graph where the units have gone; what checks graphs checks it. */
  Graph graph() {
    Operator operator = operator();
    List<Input> inputs = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      shapes.add(left(in.get(i), axes.get(i), goneIn.get(i)));
      inputs.add(new Input(node.inputs().get(i), shapes.get(i)));
    }
    if (inputs.isEmpty()) {
      inputs.addAll(graph.inputs());
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Slot slot : operator.slots(shapes)) {
      String name = node.parameters().get(slot.name());
      if (name != null) {
        parameters.add(new Parameter(name, slot.shape(), slot.role()));
      }
    }
    return new Graph(inputs, parameters, List.of(node.with(operator)), List.of(node.name()));
  }

  private static Shape left(Shape shape, int axis, BitSet gone) {
    return axis < 0 ? shape : shape.with(axis, shape.dim(axis) - gone.cardinality());
  }

  /** Shape of what is left of the output. */
  Shape leftOut() {
    return left(out, map.axis(), goneOut);
  }

  /** The parameters' numbers that are left. */
  Map<String, double[]> numbers(Map<String, double[]> numbers) {
    Map<String, double[]> left = new LinkedHashMap<>();
    node.parameters()
        .forEach((slot, name) -> {
          Shape shape = graph.parameter(name).shape();
          double[] values = Objects.requireNonNull(numbers.get(name));
          for (UnitMap.Tie tie : map.ties().getOrDefault(slot, List.of())) {
            BitSet gone = indices(shape, tie);
            values = without(shape, tie.axis(), gone, values);
            shape = left(shape, tie.axis(), gone);
          }
          left.put(name, values);
        });
    return left;
  }

  /** Indices along a parameter's axis that belong to units that go. */
  BitSet indices(Shape parameter, UnitMap.Tie tie) {
    boolean output = tie.input() == UnitMap.Tie.OUTPUT;
    BitSet gone = output ? goneOut : goneIn.get(tie.input());
    int units = output ? unitsOut() : unitsIn(tie.input());
    BitSet indices = new BitSet();
    for (int j = 0; j < parameter.dim(tie.axis()); j++) {
      int unit = tie.index().unit(j, units);
      indices.set(j, unit >= 0 && gone.get(unit));
    }
    return indices;
  }

  /** What is left of an input's numbers, example behind example. */
  double[] input(int input, double[] values, int count) {
    return ofExamples(in.get(input), axes.get(input), goneIn.get(input), values, count);
  }

  /** What is left of the output's numbers, example behind example. */
  double[] output(double[] values, int count) {
    return ofExamples(out, map.axis(), goneOut, values, count);
  }

  private static double[] ofExamples(
      Shape shape, int axis, BitSet gone, double[] values, int count) {
    if (axis < 0) {
      return values;
    }
    List<Integer> dims = new ArrayList<>(List.of(count));
    dims.addAll(shape.dims());
    return without(new Shape(dims), axis + 1, gone, values);
  }

  private static double[] without(Shape shape, int axis, BitSet gone, double[] values) {
    Tensor x = Tensor.of(shape.toArray(), values);
    double[] left = new double[values.length];
    int next = 0;
    for (int place = 0; place < values.length; place++) {
      if (!gone.get(x.index(place)[axis])) {
        left[next++] = values[place];
      }
    }
    return Arrays.copyOf(left, next);
  }
}
