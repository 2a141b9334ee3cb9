package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.PadArguments;
import dev.ockham.onnx.read.argument.ResizeArguments;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.argument.SliceArguments;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kinds and shapes of what nodes give, from those of what they read. */
final class ShapeInference {
  /** What they give has the shape that all inputs stretch to. */
  private static final Set<String> BROADCAST =
      Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "Where");

  private ShapeInference() {}

  /** Types of the outputs of a node that has a case here. */
  static List<ValueType> of(NodeView view) {
    return of(view, Map.of());
  }

  /**
   * Types of a node's outputs, at least as many as it names.
   *
   * @param mapped operators that the graph has: each of these without a case here says its shape
   * @throws dev.ockham.onnx.UnsupportedOnnxException for an operator that is not known
   */
  static List<ValueType> of(NodeView view, Map<String, Mapped> mapped) {
    if (comparesSteps(view)) {
      Shape shape = ShapeArguments.broadcast(view, view.shape(0), view.shape(1));
      return List.of(new ValueType(ElementType.BOOLEAN, shape));
    }
    return switch (view.node().operator()) {
      case "Shape", "Size", "NonZero", "ArgMax", "ArgMin" ->
          throw view.node()
              .unsupported(
                  "it counts or finds; leave it to the program that reads the" + " outputs");
      case "Equal",
          "Less",
          "LessOrEqual",
          "Greater",
          "GreaterOrEqual",
          "And",
          "Or",
          "Xor",
          "Not",
          "IsNaN",
          "IsInf" ->
          throw view.node()
              .unsupported("it compares numbers of an example, which no operator of ours does");
      case "LayerNormalization" -> layerNorm(view);
      case "Conv" -> one(view, WindowShapes.convolution(view));
      case "ConvTranspose" -> one(view, WindowShapes.transposed(view));
      case "MaxPool", "AveragePool" -> repeated(view, WindowShapes.pool(view));
      case "GlobalAveragePool", "GlobalMaxPool" -> one(view, WindowShapes.global(view));
      case "MatMul", "Linear" -> one(view, ProductShapes.product(view));
      case "Gemm" -> one(view, ProductShapes.gemm(view));
      case "LSTM", "GRU", "RNN" -> RecurrentShapes.of(view);
      case "Resize", "Upsample" -> one(view, ResizeArguments.of(view).shape());
      default -> moves(view, mapped);
    };
  }

  /** Steps that are compared with a length, which a mask of ours does. */
  private static boolean comparesSteps(NodeView view) {
    return view.node().operator().equals("Less")
        && view.inputs() == 2
        && view.constant(0) != null
        && view.rank(0) == 1;
  }

  /** A layer norm also gives mean and inverse deviation, over the axes from its own on. */
  private static List<ValueType> layerNorm(NodeView view) {
    Shape moments = view.shape(0);
    for (int axis = view.axis(-1, view.rank(0)); axis < view.rank(0); axis++) {
      moments = moments.with(axis, 1);
    }
    var other = new ValueType(view.element(0), moments);
    return List.of(view.type(0), other, other);
  }

  private static List<ValueType> moves(NodeView view, Map<String, Mapped> mapped) {
    return switch (view.node().operator()) {
      case "Reshape" -> one(view, ShapeArguments.reshape(view));
      case "Flatten" -> one(view, ShapeArguments.flatten(view));
      case "Squeeze" -> one(view, ShapeArguments.squeeze(view));
      case "Unsqueeze" -> one(view, ShapeArguments.unsqueeze(view));
      case "Expand" -> one(view, ShapeArguments.expand(view));
      case "Tile" -> one(view, ShapeArguments.tile(view));
      case "Transpose" -> one(view, transposed(view));
      case "Slice" -> one(view, SliceArguments.shape(view));
      case "Split" -> split(view);
      case "Concat" -> one(view, concat(view));
      case "Pad" -> one(view, PadArguments.of(view).shape(view));
      case "Gather" -> one(view, gather(view));
      case "Cast" -> List.of(new ValueType(CastTarget.of(view), view.shape(0)));
      case "Ceil" -> one(view, view.shape(0)); // of lengths, before they are cast
      default -> numbers(view, mapped);
    };
  }

  private static List<ValueType> numbers(NodeView view, Map<String, Mapped> mapped) {
    String operator = view.node().operator();
    if (operator.startsWith("Reduce")) {
      return one(view, ShapeArguments.reduce(view));
    }
    if (BROADCAST.contains(operator)) {
      Shape shape = view.shape(0);
      for (int i = 1; i < view.inputs(); i++) {
        shape = ShapeArguments.broadcast(view, shape, view.shape(i));
      }
      int typed = operator.equals("Where") ? 1 : 0;
      return List.of(new ValueType(view.element(typed), shape));
    }
    Mapped own = mapped.get(operator);
    if (own != null) {
      return repeated(view, own.shape(view));
    }
    throw view.node()
        .unsupported(
            "Ockham knows no such operator; 'docs/onnx.md' lists those it knows: export it"
                + " decomposed, or cut the model before it");
  }

  private static List<ValueType> one(NodeView view, Shape shape) {
    return List.of(new ValueType(view.element(0), shape));
  }

  private static List<ValueType> repeated(NodeView view, Shape shape) {
    return Collections.nCopies(
        Math.max(1, view.node().outputs().size()), new ValueType(view.element(0), shape));
  }

  private static Shape transposed(NodeView view) {
    List<Integer> dims = new ArrayList<>();
    for (int axis : ShapeArguments.order(view)) {
      dims.add(view.shape(0).dim(axis));
    }
    return new Shape(dims);
  }

  private static List<ValueType> split(NodeView view) {
    int axis = view.axis(0, view.rank(0));
    List<ValueType> parts = new ArrayList<>();
    for (int size : ShapeArguments.split(view)) {
      parts.add(new ValueType(view.element(0), view.shape(0).with(axis, size)));
    }
    return parts;
  }

  private static Shape concat(NodeView view) {
    Shape first = view.shape(0);
    int axis = view.axis(view.attributes().integer("axis", 1), first.rank());
    long size = 0;
    for (int i = 0; i < view.inputs(); i++) {
      Shape each = view.shape(i);
      if (each.rank() != first.rank() || !each.with(axis, 1).equals(first.with(axis, 1))) {
        throw new MalformedOnnxException(
            view.node(), "it does not join " + first + " and " + each + " along axis " + axis);
      }
      size += each.dim(axis);
    }
    return first.with(axis, view.size(size));
  }

  private static Shape gather(NodeView view) {
    Shape data = view.shape(0);
    int axis = view.axis(0, data.rank());
    List<Integer> dims = new ArrayList<>(data.dims().subList(0, axis));
    dims.addAll(view.shape(1).dims());
    dims.addAll(data.dims().subList(axis + 1, data.rank()));
    return new Shape(dims);
  }

  /** Kinds that a Cast to each of ONNX's types gives. */
  static final class CastTarget {
    private CastTarget() {}

    static ElementType of(NodeView view) {
      return switch ((int) view.attributes().integer("to", 0)) {
        case 1, 10, 11, 16 -> ElementType.REAL;
        case 2, 3, 4, 5, 6, 7, 12, 13 -> ElementType.INTEGER;
        case 9 -> ElementType.BOOLEAN;
        default ->
            throw view.node()
                .unsupported(
                    "it casts to type "
                        + view.attributes().integer("to", 0)
                        + "; export the model in float32");
      };
    }
  }
}
