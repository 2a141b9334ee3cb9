package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.PadArguments;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.argument.SliceArguments;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constants moved, repeated, cut and joined. */
final class MoveEvaluation {
  private MoveEvaluation() {}

  /** Outputs of a node of which all inputs are known; null if it is none of these. */
  static @Nullable List<Tensor> of(NodeView view, Room room) {
    return switch (view.node().operator()) {
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
          List.of(data(view).reshaped(ShapeInference.of(view).get(0).shape()));
      case "Split" -> split(view, room);
      case "ConstantOfShape" -> List.of(filled(view, room));
      case "Range" -> List.of(range(view, room));
      case "Concat" -> List.of(concat(view, room));
      case "ScatterND" -> List.of(scattered(view, room));
      case "Trilu" -> List.of(triangle(view, room));
      case "Transpose", "Slice", "Expand", "Tile", "Pad", "Gather" -> List.of(moved(view, room));
      default -> null;
    };
  }

  private static Tensor data(NodeView view) {
    return view.known(0, "data");
  }

  private static Tensor moved(NodeView view, Room room) {
    Shape out = ShapeInference.of(view).get(0).shape();
    room.take(view, out.size());
    Shape from = view.shape(0);
    return switch (view.node().operator()) {
      case "Transpose" ->
          data(view).picked(out, Places.permuted(from, out, ShapeArguments.order(view)), 0);
      case "Expand" -> data(view).picked(out, Places.stretched(from, out), 0);
      case "Slice" -> sliced(view);
      case "Tile" -> tiled(view);
      case "Pad" -> padded(view);
      default -> gathered(view, out);
    };
  }

  private static Tensor along(Tensor tensor, int axis, int[] indices, double fill) {
    return tensor.picked(
        tensor.shape().with(axis, indices.length),
        Places.along(tensor.shape(), axis, indices),
        fill);
  }

  private static Tensor sliced(NodeView view) {
    Tensor tensor = data(view);
    for (SliceArguments.Cut cut : SliceArguments.of(view)) {
      int[] indices = new int[cut.count()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = cut.start() + i * cut.step();
      }
      tensor = along(tensor, cut.axis(), indices, 0);
    }
    return tensor;
  }

  private static Tensor tiled(NodeView view) {
    Tensor tensor = data(view);
    Shape out = ShapeArguments.tile(view);
    for (int axis = 0; axis < out.rank(); axis++) {
      int[] indices = new int[out.dim(axis)];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = i % tensor.shape().dim(axis);
      }
      tensor = along(tensor, axis, indices, 0);
    }
    return tensor;
  }

  private static Tensor padded(NodeView view) {
    Tensor tensor = data(view);
    PadArguments pad = PadArguments.of(view);
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      tensor = along(tensor, axis, pad.indices(view, axis, tensor.shape().dim(axis)), pad.value());
    }
    return tensor;
  }

  private static Tensor gathered(NodeView view, Shape out) {
    Tensor tensor = data(view);
    int axis = view.axis(0, tensor.shape().rank());
    int size = tensor.shape().dim(axis);
    long[] wanted = view.known(1, "indices").integers();
    int[] indices = new int[wanted.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = view.axis(wanted[i], size);
    }
    return along(tensor, axis, indices, 0).reshaped(out);
  }

  private static List<Tensor> split(NodeView view, Room room) {
    Tensor tensor = data(view);
    room.take(view, tensor.size());
    int axis = view.axis(0, tensor.shape().rank());
    List<Tensor> parts = new ArrayList<>();
    int first = 0;
    for (int size : ShapeArguments.split(view)) {
      int[] indices = new int[size];
      for (int i = 0; i < size; i++) {
        indices[i] = first + i;
      }
      parts.add(along(tensor, axis, indices, 0));
      first += size;
    }
    return parts;
  }

  private static Tensor filled(NodeView view, Room room) {
    List<Integer> dims = new ArrayList<>();
    for (long size : data(view).integers()) {
      dims.add(view.size(size));
    }
    Shape shape = new Shape(dims);
    room.take(view, shape.size());
    Tensor value = view.attributes().tensor("value");
    Tensor one = value == null ? Tensor.reals(Shape.of(1), 0f) : value;
    if (one.size() != 1) {
      throw new MalformedOnnxException(view.node(), "its value has " + one.size() + " numbers");
    }
    return one.picked(shape, new int[shape.size()], 0);
  }

  private static Tensor range(NodeView view, Room room) {
    Tensor start = one(view, 0);
    Tensor limit = one(view, 1);
    Tensor delta = one(view, 2);
    if (!start.isReal()) {
      long from = start.integers()[0];
      long step = delta.integers()[0];
      long count = step == 0 ? -1 : Math.ceilDiv(limit.integers()[0] - from, step);
      room.take(view, count);
      long[] values = new long[view.size(Math.max(count, step == 0 ? -1 : 0))];
      for (int i = 0; i < values.length; i++) {
        values[i] = from + i * step;
      }
      return Tensor.vector(values);
    }
    float from = start.reals()[0];
    float step = delta.reals()[0];
    double count = Math.max(0, Math.ceil(((double) limit.reals()[0] - from) / step));
    room.take(view, count < 1e15 ? (long) count : Long.MAX_VALUE / 2);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i * step;
    }
    return Tensor.reals(Shape.of(values.length), values);
  }

  private static Tensor one(NodeView view, int input) {
    Tensor tensor = view.known(input, "range");
    if (tensor.size() != 1) {
      throw new MalformedOnnxException(
          view.node(), "its input " + (input + 1) + " has " + tensor.size() + " numbers");
    }
    return tensor;
  }

  private static Tensor concat(NodeView view, Room room) {
    Shape out = ShapeInference.of(view).get(0).shape();
    room.take(view, out.size());
    int axis = view.axis(view.attributes().integer("axis", 1), out.rank());
    int outer = out.product(0, axis);
    int inner = out.product(axis + 1, out.rank());
    float[] reals = new float[data(view).isReal() ? out.size() : 0];
    long[] integers = new long[data(view).isReal() ? 0 : out.size()];
    int first = 0;
    for (int input = 0; input < view.inputs(); input++) {
      Tensor each = view.known(input, "input");
      int run = each.shape().dim(axis) * inner;
      Object from = data(view).isReal() ? each.reals() : each.integers();
      for (int o = 0; o < outer; o++) {
        int to = o * out.dim(axis) * inner + first;
        System.arraycopy(from, o * run, data(view).isReal() ? reals : integers, to, run);
      }
      first += run;
    }
    return data(view).isReal() ? Tensor.reals(out, reals) : data(view).withType(out, integers);
  }

  private static Tensor scattered(NodeView view, Room room) {
    Tensor tensor = data(view);
    Tensor where = view.known(1, "indices");
    Tensor updates = view.known(2, "updates");
    Shape shape = tensor.shape();
    int depth = where.shape().rank() == 0 ? 0 : where.shape().dim(where.shape().rank() - 1);
    if (depth < 1 || depth > shape.rank() || tensor.type() != updates.type()) {
      throw new MalformedOnnxException(
          view.node(), "its indices and updates do not match its data");
    }
    room.take(view, 2L * shape.size());
    int run = shape.product(depth, shape.rank());
    int count = where.size() / depth;
    if (updates.size() != (long) count * run
        || !view.attributes().text("reduction", "none").equals("none")) {
      throw new MalformedOnnxException(view.node(), "its updates are too few, or are reduced");
    }
    float[] reals = tensor.isReal() ? tensor.reals().clone() : new float[0];
    long[] integers = tensor.isReal() ? new long[0] : tensor.integers().clone();
    long[] indices = where.integers();
    Object from = tensor.isReal() ? updates.reals() : updates.integers();
    for (int i = 0; i < count; i++) {
      int at = 0;
      for (int axis = 0; axis < depth; axis++) {
        at = at * shape.dim(axis) + view.axis(indices[i * depth + axis], shape.dim(axis));
      }
      System.arraycopy(from, i * run, tensor.isReal() ? reals : integers, at * run, run);
    }
    return tensor.isReal() ? Tensor.reals(shape, reals) : tensor.withType(shape, integers);
  }

  private static Tensor triangle(NodeView view, Room room) {
    Tensor tensor = data(view);
    Shape shape = tensor.shape();
    if (shape.rank() < 2) {
      throw new MalformedOnnxException(view.node(), "it cuts a triangle out of " + shape);
    }
    room.take(view, 2L * shape.size());
    long diagonal = view.has(1) ? one(view, 1).integers()[0] : 0;
    boolean upper = view.attributes().integer("upper", 1) != 0;
    int rows = shape.dim(shape.rank() - 2);
    int columns = shape.dim(shape.rank() - 1);
    int[] places = new int[shape.size()];
    for (int i = 0; i < places.length; i++) {
      long behind = i % columns - (long) (i / columns % rows) - diagonal;
      places[i] = (upper ? behind >= 0 : behind <= 0) ? i : -1;
    }
    return tensor.picked(shape, places, 0);
  }
}
