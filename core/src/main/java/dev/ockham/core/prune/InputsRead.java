package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which values of an input a model reads. {@link UnitFlow} says which units are read; this follows
 * them to single positions, where an operator tells which of them it takes.
 */
public final class InputsRead {
  private final UnitFlow flow;
  private final Model model;
  private final Graph graph;
  private final Map<String, BitSet> read = new HashMap<>();

  private InputsRead(UnitFlow flow) {
    this.flow = flow;
    this.model = flow.model();
    this.graph = flow.graph();
    graph.outputs().forEach(output -> read(output).set(0, graph.shape(output).size()));
    for (Node node : graph.nodes().reversed()) {
      BitSet out = ofUnitsRead(node.name());
      if (!out.isEmpty() && !flow.replaced(node.name())) {
        visit(node, out);
      }
    }
  }

  /**
   * The values of an example that the output of a model with one input depends on, as far as
   * weights tell; the others may be left out of the measurements.
   *
   * @return indices into the input's values, ascending
   */
  public static int[] of(Model model) {
    model.input();
    return of(model, model.graph().inputs().getFirst().name());
  }

  /** The values of an input that the outputs depend on, ascending. */
  public static int[] of(Model model, String input) {
    return of(UnitFlow.of(model), input).stream().toArray();
  }

  /** The values of an input that the outputs depend on, by the facts of a model. */
  static BitSet of(UnitFlow flow, String input) {
    return new InputsRead(flow).ofUnitsRead(input);
  }

  /** Positions of a value that are read, of units that are. */
  private BitSet ofUnitsRead(String value) {
    BitSet units = flow.read(value);
    UnitLayout layout = UnitLayout.of(graph, value);
    BitSet positions = new BitSet();
    read(value).stream()
        .filter(i -> units.get(i / layout.inner() % layout.units()))
        .forEach(positions::set);
    return positions;
  }

  private BitSet read(String value) {
    return read.computeIfAbsent(value, name -> new BitSet());
  }

  private void visit(Node node, BitSet out) {
    switch (node.operator()) {
      case Linear linear when !mixes(node) -> columns(node, linear);
      case Convolution convolution -> windows(node, convolution);
      case Pool pool -> pooled(node, pool.window(), out);
      case Activation _, PRelu _, Affine _, BiasMap _, Standardize _, Reshape _ -> same(node, out);
      case Normalize norm when norm.over() == Normalize.Over.BATCH -> same(node, out);
      case Concat concat -> joined(node, concat.axis(), out);
      case Permute permute -> permuted(node, permute, out);
      case Slice slice ->
          moved(
              node,
              out,
              (axis, at) -> axis == slice.axis() ? slice.start() + at * slice.step() : at);
      case Pad pad -> moved(node, out, (axis, at) -> at - pad.before().get(axis));
      default -> byUnits(node, out);
    }
  }

  private void same(Node node, BitSet out) {
    read(node.inputs().getFirst()).or(out);
  }

  private boolean mixes(Node node) {
    return graph.unitMap(node).inputs().getFirst() instanceof UnitMap.Mixed;
  }

  /** Features that are no units, and have a weight in a row that is read. */
  private void columns(Node node, Linear linear) {
    Matrix weights = model.value(Objects.requireNonNull(node.parameters().get(linear.weight())));
    float[] values = weights.toDense();
    int width = weights.cols();
    BitSet rows = flow.read(node.name());
    BitSet columns = new BitSet();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && rows.get(i / width)) {
        columns.set(i % width);
      }
    }
    String x = node.inputs().getFirst();
    for (int i = 0; i < graph.shape(x).size(); i++) {
      read(x).set(i, read(x).get(i) || columns.get(i % width));
    }
  }

  /** Everything that a kernel position with a weight slides over. */
  private void windows(Node node, Convolution convolution) {
    Window window = convolution.window();
    int area = window.area();
    String x = node.inputs().getFirst();
    Shape in = graph.shape(x);
    Shape out = graph.shape(node.name());
    Matrix weights =
        model.value(Objects.requireNonNull(node.parameters().get(convolution.weight())));
    float[] values = weights.toDense();
    int rowsPerGroup = Math.max(1, weights.rows() / convolution.groups());
    int perGroup = in.dim(0) / convolution.groups();
    BitSet rows = flow.read(node.name());
    BitSet taken = new BitSet();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && rows.get(i / weights.cols())) {
        int channel = i / weights.cols() / rowsPerGroup * perGroup + i % weights.cols() / area;
        taken.set(channel * area + i % area);
      }
    }
    int positions = out.product(1, out.rank());
    taken.stream()
        .forEach(at -> {
          for (int position = 0; position < positions; position++) {
            mark(x, in, out, window, at / area, position, at % area);
          }
        });
  }

  /** Marks what a window's element meets at a position. */
  private void mark(
      String x, Shape in, Shape out, Window window, int channel, int position, int element) {
    int index = channel;
    int outRest = position;
    int elementRest = element;
    int[] places = new int[window.axes()];
    for (int axis = window.axes() - 1; axis >= 0; axis--) {
      int step = outRest % out.dim(axis + 1);
      int k = elementRest % window.kernel().get(axis);
      outRest /= out.dim(axis + 1);
      elementRest /= window.kernel().get(axis);
      places[axis] =
          step * window.stride().get(axis)
              - window.before().get(axis)
              + k * window.dilation().get(axis);
    }
    for (int axis = 0; axis < places.length; axis++) {
      if (places[axis] < 0 || places[axis] >= in.dim(axis + 1)) {
        return;
      }
      index = index * in.dim(axis + 1) + places[axis];
    }
    read(x).set(index);
  }

  /** The members of the windows that are read. */
  private void pooled(Node node, Window window, BitSet out) {
    String x = node.inputs().getFirst();
    Shape in = graph.shape(x);
    Shape to = graph.shape(node.name());
    int positions = to.product(1, to.rank());
    out.stream()
        .forEach(i -> {
          for (int element = 0; element < window.area(); element++) {
            mark(x, in, to, window, i / positions, i % positions, element);
          }
        });
  }

  private void joined(Node node, int axis, BitSet out) {
    Shape to = graph.shape(node.name());
    int inner = to.product(axis + 1, to.rank());
    int first = 0;
    for (String x : node.inputs()) {
      int size = graph.shape(x).dim(axis);
      int from = first;
      out.stream()
          .forEach(i -> {
            int at = i / inner % to.dim(axis) - from;
            if (at >= 0 && at < size) {
              int outer = i / inner / to.dim(axis);
              read(x).set((outer * size + at) * inner + i % inner);
            }
          });
      first += size;
    }
  }

  private void permuted(Node node, Permute permute, BitSet out) {
    String x = node.inputs().getFirst();
    Shape in = graph.shape(x);
    Shape to = graph.shape(node.name());
    out.stream()
        .forEach(i -> {
          int index = 0;
          for (int axis = 0; axis < to.rank(); axis++) {
            int own = permute.order().get(axis);
            int at = i / to.product(axis + 1, to.rank()) % to.dim(axis);
            index += at * in.product(own + 1, in.rank());
          }
          read(x).set(index);
        });
  }

  /** From an index along an axis of the output to that of the input. */
  @FunctionalInterface
  private interface Along {
    int from(int axis, int at);
  }

  private void moved(Node node, BitSet out, Along along) {
    String x = node.inputs().getFirst();
    Shape in = graph.shape(x);
    Shape to = graph.shape(node.name());
    out.stream()
        .forEach(i -> {
          int index = 0;
          for (int axis = 0; axis < to.rank(); axis++) {
            int at = along.from(axis, i / to.product(axis + 1, to.rank()) % to.dim(axis));
            if (at < 0 || at >= in.dim(axis)) {
              return;
            }
            index = index * in.dim(axis) + at;
          }
          read(x).set(index);
        });
  }

  /** All positions of the units that an operator needs; of a sum, those that are read. */
  private void byUnits(Node node, BitSet out) {
    UnitLayout own = UnitLayout.of(graph, node.name());
    BitSet units = new BitSet();
    out.stream().forEach(i -> units.set(i / own.inner() % own.units()));
    for (int i = 0; i < node.inputs().size(); i++) {
      String x = node.inputs().get(i);
      if (node.operator() instanceof Combine && graph.shape(x).equals(graph.shape(node.name()))) {
        read(x).or(out);
        continue;
      }
      UnitLayout in = UnitLayout.of(graph, x);
      flow.needed(node, i, units).stream()
          .forEach(unit -> {
            for (int position = 0; position < in.positions(); position++) {
              read(x).set(in.at(unit, position));
            }
          });
    }
  }
}
