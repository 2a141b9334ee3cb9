package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ResizeArguments;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Resize and Upsample: the places of ours that are ONNX's, whichever words it uses for them. */
final class ResizeMapping {
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
      default ->
          throw view.node()
              .unsupported(
                  "it interpolates by '" + resize.mode() + "'; export it with nearest or linear");
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

  /** One of ours where it has the same places, else one for each axis. */
  private static Value linear(NodeView view, GraphDraft draft, ResizeArguments resize, Value x) {
    boolean smaller = false;
    for (int axis = 2; axis < resize.shape().rank(); axis++) {
      smaller |= resize.scales().get(axis) < 1;
    }
    if (smaller && view.attributes().integer("antialias", 0) != 0) {
      throw view.node().unsupported("it filters while it shrinks (antialias); export without");
    }
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
    Value value = x;
    for (int axis = 2; axis < resize.shape().rank(); axis++) {
      value = draft.node(along(view, resize, axis, value.shape()), value);
    }
    return value;
  }

  /** Along one axis alone, with the places that ONNX has there; the others stay as they are. */
  private static Resize along(NodeView view, ResizeArguments resize, int axis, Shape x) {
    List<Integer> sizes = new ArrayList<>(x.dims().subList(1, x.rank()));
    sizes.set(axis - 2, resize.shape().dim(axis));
    for (Resize.Align align : Resize.Align.values()) {
      var ours = new Resize(Resize.By.LINEAR, align, sizes);
      if (lies(view, resize, axis, ours)) {
        return ours;
      }
    }
    throw view.node()
        .unsupported(
            "its scales %s do not follow from its sizes; export it with sizes, or whole scales"
                .formatted(resize.scales()));
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
