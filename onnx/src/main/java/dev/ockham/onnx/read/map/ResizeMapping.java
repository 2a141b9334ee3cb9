package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ResizeArguments;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resize and Upsample: the places of ours that are ONNX's, whichever words it uses for them. */
final class ResizeMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Resize", ResizeMapping::resize), Map.entry("Upsample", ResizeMapping::resize));

  private ResizeMapping() {}

  static void resize(NodeView view, GraphDraft draft) {
    ResizeArguments resize = ResizeArguments.of(view);
    Shape in = view.shape(0);
    Shape out = resize.shape();
    if (in.rank() < 3 || in.rank() > 4 || in.dim(0) != out.dim(0) || in.dim(1) != out.dim(1)) {
      throw view.node()
          .unsupported(
              "it makes %s of %s; ours resizes one or two axes behind the channels"
                  .formatted(out, in));
    }
    Value x = draft.example(view, 0);
    Layout layout = Layout.without(out, 0);
    switch (resize.mode()) {
      case "nearest" -> draft.give(view, 0, nearest(view, draft, resize, x), layout);
      case "linear" -> draft.give(view, 0, linear(view, draft, resize, x), layout);
      case "cubic" -> draft.give(view, 0, products(view, draft, resize, x), layout);
      default ->
          throw view.node()
              .unsupported(
                  "it interpolates by '%s'; export it with nearest, linear or cubic"
                      .formatted(resize.mode()));
    }
  }

  private static List<Integer> sizes(ResizeArguments resize) {
    return resize.shape().dims().subList(2, resize.shape().rank());
  }

  /** One of ours where it takes the same positions, else slices that do. */
  private static Value nearest(NodeView view, GraphDraft draft, ResizeArguments resize, Value x) {
    List<int[]> indices = new ArrayList<>();
    for (int axis = 2; axis < resize.shape().rank(); axis++) {
      int[] each = new int[resize.shape().dim(axis)];
      for (int i = 0; i < each.length; i++) {
        each[i] = resize.nearest(view, axis, i);
      }
      indices.add(each);
    }
    for (Resize.Align align : Resize.Align.values()) {
      var ours = new Resize(Resize.By.NEAREST, align, sizes(resize));
      if (takes(ours, x.shape(), indices)) {
        return draft.node(ours, x);
      }
    }
    Value value = x;
    for (int axis = 0; axis < indices.size(); axis++) {
      value = SelectMapping.selected(view, draft, value, axis + 1, indices.get(axis));
    }
    return value;
  }

  private static boolean takes(Resize ours, Shape in, List<int[]> indices) {
    for (int axis = 0; axis < indices.size(); axis++) {
      int[] wanted = indices.get(axis);
      for (int i = 0; i < wanted.length; i++) {
        int from = in.dim(axis + 1);
        int taken = (int) Math.min(from - 1.0, Math.floor(ours.place(i, from, wanted.length)));
        if (taken != wanted[i]) {
          return false;
        }
      }
    }
    return true;
  }

  /** One of ours where it has the same places, else one for each axis, else products. */
  private static Value linear(NodeView view, GraphDraft draft, ResizeArguments resize, Value x) {
    refuseFilter(view, resize);
    for (Resize.Align align : Resize.Align.values()) {
      var ours = new Resize(Resize.By.LINEAR, align, sizes(resize));
      boolean all = true;
      for (int axis = 2; axis < resize.shape().rank(); axis++) {
        all &= lies(view, resize, axis, ours);
      }
      if (all) {
        return draft.node(ours, x);
      }
    }
    List<Resize> each = new ArrayList<>();
    Shape shape = x.shape();
    for (int axis = 2; axis < resize.shape().rank(); axis++) {
      Resize along = along(view, resize, axis, shape);
      if (along == null) {
        return products(view, draft, resize, x);
      }
      each.add(along);
      shape = along.output(List.of(shape));
    }
    Value value = x;
    for (Resize along : each) {
      value = draft.node(along, value);
    }
    return value;
  }

  /** Along one axis alone, with the places that ONNX has there; null if none of ours has them. */
  private static @Nullable Resize along(
      NodeView view, ResizeArguments resize, int axis, Shape shape) {
    List<Integer> sizes = new ArrayList<>(shape.dims().subList(1, shape.rank()));
    sizes.set(axis - 2, resize.shape().dim(axis));
    for (Resize.Align align : Resize.Align.values()) {
      var ours = new Resize(Resize.By.LINEAR, align, sizes);
      if (lies(view, resize, axis, ours)) {
        return ours;
      }
    }
    return null;
  }

  private static void refuseFilter(NodeView view, ResizeArguments resize) {
    boolean smaller = resize.scales().stream().anyMatch(scale -> scale < 1);
    if (smaller && view.attributes().integer("antialias", 0) != 0) {
      throw view.node().unsupported("it filters while it shrinks (antialias); export without");
    }
  }

  /** Interpolation of any kind: along each axis a product with a matrix of fixed weights. */
  private static Value products(NodeView view, GraphDraft draft, ResizeArguments resize, Value x) {
    refuseFilter(view, resize);
    Value value = x;
    int last = x.shape().rank() - 1;
    for (int axis = last; axis >= 1; axis--) {
      Shape shape = value.shape();
      int from = shape.dim(last);
      int to = resize.shape().dim(axis + 1);
      Value rows = draft.reshaped(value, Shape.of(shape.product(0, last), from));
      Shape square = Shape.of(from, to);
      Tensor weights = Tensor.reals(square, resize.weights(view, axis + 1));
      Value product =
          draft.node(new MatrixProduct(false), rows, draft.constant(weights, square, false, -1));
      value = draft.reshaped(product, shape.with(last, to));
      if (last == 2) {
        value = draft.node(new Permute(List.of(0, 2, 1)), value);
      }
    }
    return value;
  }

  /** Whether ours lies between the same positions, at most a millionth of one aside. */
  private static boolean lies(NodeView view, ResizeArguments resize, int axis, Resize ours) {
    int from = view.shape(0).dim(axis);
    int to = resize.shape().dim(axis);
    for (int i = 0; i < to; i++) {
      double place = Math.clamp(resize.place(view, axis, i), 0, from - 1.0);
      double own = Math.clamp(ours.place(i, from, to), 0, from - 1.0);
      if (Math.abs(place - own) > 1e-6 * Math.max(1, from)) {
        return false;
      }
    }
    return true;
  }
}
