package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonObjectBuilder;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.List;

/**
 * Geometry of a window that slides over one or two axes; one for convolutions and pools. All lists
 * have one number per axis.
 *
 * @param kernel positions of the window, ≥ 1
 * @param stride positions from one window to the next, ≥ 1
 * @param before padding before the first position, ≥ 0
 * @param after padding behind the last position, ≥ 0; may differ from {@code before}
 * @param dilation distance of neighbouring positions of the window, ≥ 1
 */
public record Window(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> before,
    List<Integer> after,
    List<Integer> dilation) {

  private static final int MOST = 1 << 20;

  /** Copies the lists and checks that they are equally long and in range. */
  public Window {
    kernel = checked("kernel", kernel, 1, kernel.size());
    stride = checked("stride", stride, 1, kernel.size());
    before = checked("padding", before, 0, kernel.size());
    after = checked("padding", after, 0, kernel.size());
    dilation = checked("dilation", dilation, 1, kernel.size());
    if (kernel.isEmpty() || kernel.size() > 2) {
      throw new IllegalArgumentException("a window has 1 or 2 axes, not " + kernel.size());
    }
    for (int axis = 0; axis < kernel.size(); axis++) {
      if (dilation.get(axis) * (kernel.get(axis) - 1L) > MOST) {
        throw new IllegalArgumentException(
            "its kernel " + kernel + " with dilation " + dilation + " spans more than " + MOST);
      }
    }
  }

  private static List<Integer> checked(String what, List<Integer> values, int least, int axes) {
    if (values.size() != axes) {
      throw new IllegalArgumentException(
          "its " + what + " " + values + " is not of " + axes + (axes == 1 ? " axis" : " axes"));
    }
    for (int value : values) {
      if (value < least || value > MOST) {
        throw new IllegalArgumentException(
            "its " + what + " is " + value + ", it must be from " + least + " to " + MOST);
      }
    }
    return List.copyOf(values);
  }

  /** The same numbers on all of some axes. */
  public static Window of(int axes, int kernel, int stride, int padding, int dilation) {
    return new Window(
        Collections.nCopies(axes, kernel),
        Collections.nCopies(axes, stride),
        Collections.nCopies(axes, padding),
        Collections.nCopies(axes, padding),
        Collections.nCopies(axes, dilation));
  }

  /** How many axes it slides over. */
  public int axes() {
    return kernel.size();
  }

  /** Positions of the window. */
  public int area() {
    int area = 1;
    for (int k : kernel) {
      area = Math.multiplyExact(area, k);
    }
    return area;
  }

  /** Whether anything is padded. */
  public boolean pads() {
    return !areAll(0, before) || !areAll(0, after);
  }

  /** Whether the window neither pads, nor strides, nor dilates. */
  public boolean plain() {
    return !pads() && areAll(1, stride) && areAll(1, dilation);
  }

  private static boolean areAll(int number, List<Integer> numbers) {
    return Collections.frequency(numbers, number) == numbers.size();
  }

  /** Extent of the dilated window along an axis. */
  public int span(int axis) {
    return dilation.get(axis) * (kernel.get(axis) - 1) + 1;
  }

  /**
   * How many windows fit along an axis.
   *
   * @param size positions of the input
   * @param ceil whether one that only begins within the input or its padding before counts too
   * @throws IllegalArgumentException if none does
   */
  public int outputs(int axis, int size, boolean ceil) {
    long padded = (long) size + before.get(axis) + after.get(axis);
    long room = padded - span(axis);
    if (room < 0) {
      throw new IllegalArgumentException(
          "its window of "
              + span(axis)
              + " is larger than the "
              + padded
              + " positions of axis "
              + (axis + 1)
              + ", padding included");
    }
    int step = stride.get(axis);
    long count = (ceil ? (room + step - 1) / step : room / step) + 1;
    if (ceil && (count - 1) * step >= (long) size + before.get(axis)) {
      count--;
    }
    return Math.toIntExact(count);
  }

  /** Shape of what it gives, for channels × positions in. */
  Shape slide(Shape in, int channels, boolean ceil) {
    Checks.rank(in, axes() + 1, axes() == 1 ? "channels × positions" : "channels × rows × columns");
    int[] dims = in.toArray();
    dims[0] = channels;
    for (int axis = 0; axis < axes(); axis++) {
      dims[axis + 1] = outputs(axis, dims[axis + 1], ceil);
    }
    return Shape.of(dims);
  }

  /** As an object of its components. */
  JsonObject written() {
    return new JsonObjectBuilder()
        .wholes("kernel", kernel)
        .wholes("stride", stride)
        .wholes("before", before)
        .wholes("after", after)
        .wholes("dilation", dilation)
        .done();
  }

  /** The member {@code window} of an operator. */
  static Window read(JsonMembers operator) {
    return operator.record(
        "window",
        in ->
            new Window(
                in.wholes("kernel"),
                in.wholes("stride"),
                in.wholes("before"),
                in.wholes("after"),
                in.wholes("dilation")));
  }
}
