package dev.ockham.onnx.write;

import dev.ockham.runtime.graph.Resize;
import java.util.ArrayList;
import java.util.List;

/** Interpolation between positions. */
final class ResizeNodes {
  private ResizeNodes() {}

  static String write(Resize resize, NodeWriter node) {
    int axes = resize.sizes().size();
    if (resize.by() == Resize.By.NEAREST && !floatsAgree(resize, node)) {
      return gathered(resize, node);
    }
    String value = node.in(0);
    List<Integer> sizes = new ArrayList<>(resize.sizes());
    if (axes == 1) {
      // Runtimes interpolate linearly along two axes.
      value = node.step("Unsqueeze", List.of(value, node.wholes("rows", List.of(2))));
      sizes.addFirst(1);
    }
    String resized =
        node.step(
            "Resize",
            List.of(value, "", "", node.wholes("sizes", sizes)),
            Attributes.text("mode", resize.by() == Resize.By.NEAREST ? "nearest" : "linear"),
            Attributes.text("nearest_mode", "floor"),
            Attributes.text("coordinate_transformation_mode", alignment(resize)),
            Attributes.numbers("axes", List.of(2, 3)));
    return axes == 2
        ? resized
        : node.step("Squeeze", List.of(resized, node.wholes("rows", List.of(2))));
  }

  private static String alignment(Resize resize) {
    return switch (resize.align()) {
      case ASYMMETRIC -> "asymmetric";
      case HALF_PIXEL -> "half_pixel";
      case CORNERS -> "align_corners";
    };
  }

  /** Whether a runtime that finds places in float rounds none of them across a position. */
  private static boolean floatsAgree(Resize resize, NodeWriter node) {
    for (int axis = 0; axis < resize.sizes().size(); axis++) {
      int from = node.shape(0).dim(axis + 1);
      int to = resize.sizes().get(axis);
      float scale = (float) to / from;
      for (int index = 0; index < to; index++) {
        float place =
            switch (resize.align()) {
              case ASYMMETRIC -> index / scale;
              case HALF_PIXEL -> (index + 0.5f) / scale - 0.5f;
              case CORNERS -> to == 1 ? 0 : (float) index * (from - 1) / (to - 1);
            };
        double exact = resize.place(index, from, to);
        boolean near = Math.abs(exact - Math.rint(exact)) < 1e-4 && exact != Math.rint(place);
        if (near || (int) Math.max(0, Math.floor(place)) != (int) Math.floor(exact)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The nearest positions by their numbers. */
  private static String gathered(Resize resize, NodeWriter node) {
    String value = node.in(0);
    for (int axis = 0; axis < resize.sizes().size(); axis++) {
      int from = node.shape(0).dim(axis + 1);
      int to = resize.sizes().get(axis);
      List<Integer> positions = new ArrayList<>();
      for (int index = 0; index < to; index++) {
        positions.add(position(resize, index, from, to));
      }
      value =
          node.step(
              "Gather",
              List.of(value, node.wholes("positions", positions)),
              Attributes.number("axis", axis + 2));
    }
    return value;
  }

  private static int position(Resize resize, int index, int from, int to) {
    return Math.min(from - 1, (int) Math.floor(resize.place(index, from, to)));
  }
}
