package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slices: attributes before operator set 10, inputs from then on. */
public final class SliceArguments {
  private SliceArguments() {}

  /**
   * Some indices of one axis.
   *
   * @param axis which axis
   * @param start the first index
   * @param step to the next, not 0
   * @param count how many
   */
  public record Cut(int axis, int start, int step, int count) {}

  /** What is cut, at most once per axis. */
  public static List<Cut> of(NodeView view) {
    Shape shape = view.shape(0);
    long @Nullable [] starts = view.integers("starts", 1);
    long @Nullable [] ends = view.integers("ends", 2);
    if (starts == null || ends == null || starts.length != ends.length) {
      throw new MalformedOnnxException(view.node(), "its starts and ends do not match");
    }
    long @Nullable [] axes = view.integers("axes", 3);
    long @Nullable [] steps = view.integers("steps", 4);
    if ((axes != null && axes.length != starts.length)
        || (steps != null && steps.length != starts.length)) {
      throw new MalformedOnnxException(view.node(), "its starts, axes and steps do not match");
    }
    List<Cut> cuts = new ArrayList<>();
    for (int i = 0; i < starts.length; i++) {
      int axis = view.axis(axes == null ? i : axes[i], shape.rank());
      long step = steps == null ? 1 : steps[i];
      if (step == 0 || cuts.stream().anyMatch(cut -> cut.axis() == axis)) {
        throw new MalformedOnnxException(view.node(), "its step is 0, or an axis is cut twice");
      }
      cuts.add(cut(axis, shape.dim(axis), starts[i], ends[i], step));
    }
    return cuts;
  }

  private static Cut cut(int axis, int size, long start, long end, long step) {
    long from = start < 0 ? Math.max(start + size, step > 0 ? 0 : -1) : start;
    long to = end < 0 ? Math.max(end + size, -1) : end;
    if (step > 0) {
      from = Math.max(0, Math.min(from, size));
      to = Math.max(0, Math.min(to, size));
      long count = from >= to ? 0 : (to - from - 1) / step + 1;
      return new Cut(
          axis, (int) Math.min(from, size), (int) Math.min(step, Math.max(1, size)), (int) count);
    }
    from = Math.min(from, size - 1L);
    to = Math.min(to, size - 1L);
    long back = step < -Math.max(1, size) ? -Math.max(1, size) : step;
    long count = from <= to ? 0 : (from - to - 1) / -back + 1;
    return new Cut(axis, (int) Math.max(0, from), (int) back, (int) count);
  }

  /** Shape of what is left. */
  public static Shape shape(NodeView view) {
    Shape shape = view.shape(0);
    for (Cut cut : of(view)) {
      shape = shape.with(cut.axis(), cut.count());
    }
    return shape;
  }
}
