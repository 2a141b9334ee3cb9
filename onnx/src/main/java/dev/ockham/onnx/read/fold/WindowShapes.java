package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.TransposedArguments;
import dev.ockham.onnx.read.argument.WindowArguments;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.List;

/** Shapes that convolutions and pools give. */
final class WindowShapes {
  private WindowShapes() {}

  static Shape convolution(NodeView view) {
    Window window = WindowArguments.convolution(view);
    Shape weight = view.shape(1);
    long groups = view.attributes().integer("group", 1);
    if (groups < 1 || view.shape(0).dim(1) != weight.dim(1) * groups) {
      throw new MalformedOnnxException(
          view.node(),
          "its weights of %s in %s groups do not fit the channels of %s"
              .formatted(weight, groups, view.shape(0)));
    }
    return slide(view.shape(0).with(1, weight.dim(0)), window, false);
  }

  static Shape transposed(NodeView view) {
    ConvolutionTransposed operator = TransposedArguments.of(view);
    Shape in = view.shape(0);
    Shape out = operator.output(List.of(new Shape(in.dims().subList(1, in.rank()))));
    Shape shape = in;
    for (int axis = 0; axis < out.rank(); axis++) {
      shape = shape.with(axis + 1, out.dim(axis));
    }
    return shape;
  }

  static Shape pool(NodeView view) {
    boolean ceil = view.attributes().integer("ceil_mode", 0) != 0;
    return slide(view.shape(0), WindowArguments.pool(view), ceil);
  }

  static Shape global(NodeView view) {
    Shape shape = view.shape(0);
    for (int axis = 2; axis < shape.rank(); axis++) {
      shape = shape.with(axis, 1);
    }
    return shape;
  }

  private static Shape slide(Shape in, Window window, boolean ceil) {
    Shape shape = in;
    for (int axis = 0; axis < window.axes(); axis++) {
      shape = shape.with(axis + 2, window.outputs(axis, in.dim(axis + 2), ceil));
    }
    return shape;
  }
}
