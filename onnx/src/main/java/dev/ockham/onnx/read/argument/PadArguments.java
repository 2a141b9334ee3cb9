package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Pad is told: attributes before operator set 11, inputs from then on.
 *
 * @param before how many before each axis; below 0 takes indices away
 * @param after how many behind each axis; below 0 takes indices away
 * @param mode {@code constant}, {@code reflect}, {@code edge} or {@code wrap}
 * @param value the constant
 */
public record PadArguments(List<Integer> before, List<Integer> after, String mode, float value) {
  /** Copies the lists. */
  public PadArguments {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** What a node is told. */
  public static PadArguments of(NodeView view) {
    int rank = view.rank(0);
    long @Nullable [] pads = view.integers("pads", 1);
    long @Nullable [] some = view.has(3) ? view.known(3, "axes").integers() : null;
    int axes = some == null ? rank : some.length;
    if (pads == null || pads.length != 2 * axes) {
      throw new MalformedOnnxException(view.node(), "its pads are not of the axes of its input");
    }
    List<Integer> before = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> after = new ArrayList<>(Collections.nCopies(rank, 0));
    for (int i = 0; i < axes; i++) {
      int axis = some == null ? i : view.axis(some[i], rank);
      before.set(axis, Math.toIntExact(pads[i]));
      after.set(axis, Math.toIntExact(pads[axes + i]));
    }
    float value = view.attributes().real("value", 0);
    if (view.has(2)) {
      Tensor given = view.known(2, "value");
      if (given.size() != 1) {
        throw new MalformedOnnxException(view.node(), "it pads with " + given.size() + " numbers");
      }
      value = given.reals()[0];
    }
    return new PadArguments(before, after, view.attributes().text("mode", "constant"), value);
  }

  /** Shape after padding. */
  public Shape shape(NodeView view) {
    Shape from = view.shape(0);
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      dims.add(view.size((long) from.dim(axis) + before.get(axis) + after.get(axis)));
    }
    return new Shape(dims);
  }

  /**
   * Where each index of a padded axis comes from; −1 for the constant.
   *
   * @param size indices of the axis before
   */
  public int[] indices(NodeView view, int axis, int size) {
    int[] indices = new int[view.size((long) size + before.get(axis) + after.get(axis))];
    for (int i = 0; i < indices.length; i++) {
      int at = i - before.get(axis);
      boolean inside = at >= 0 && at < size;
      indices[i] = inside ? at : outside(view, at, size);
    }
    return indices;
  }

  private int outside(NodeView view, int at, int size) {
    if (mode.equals("constant")) {
      return -1;
    }
    if (size == 0) {
      throw new MalformedOnnxException(view.node(), "it pads an axis without an index");
    }
    return switch (mode) {
      case "edge" -> at < 0 ? 0 : size - 1;
      case "wrap" -> Math.floorMod(at, size);
      case "reflect" -> {
        int period = Math.max(1, 2 * (size - 1));
        int folded = Math.floorMod(at, period);
        yield folded < size ? folded : period - folded;
      }
      default -> throw new MalformedOnnxException(view.node(), "its mode is '" + mode + "'");
    };
  }
}
