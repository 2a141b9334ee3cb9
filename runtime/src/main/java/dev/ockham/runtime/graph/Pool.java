package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Largest value or mean of each window of each channel.
 *
 * @param of which of them
 * @param window kernel, stride, padding and dilation
 * @param ceil whether windows that only begin within the input count too
 * @param countPadding whether a mean divides by the whole window, padding included, and not by the
 *     values of the input within it; positions beyond the padding, which {@code ceil} can reach,
 *     never count
 */
public record Pool(Of of, Window window, boolean ceil, boolean countPadding) implements Operator {

  /** What becomes of a window. */
  public enum Of {
    /** Its largest value; padding is never the largest. */
    MAX,
    /** The mean of a window; padding is 0. */
    AVERAGE
  }

  /** Checks that no window can lie in the padding alone. */
  public Pool {
    for (int axis = 0; axis < window.axes(); axis++) {
      if (window.before().get(axis) >= window.span(axis)
          || window.after().get(axis) >= window.span(axis)) {
        throw new IllegalArgumentException(
            "its padding "
                + window.before()
                + ", "
                + window.after()
                + " is not smaller than its window "
                + window.kernel());
      }
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.rank(
        x,
        window.axes() + 1,
        window.axes() == 1 ? "channels × positions" : "channels × rows × columns");
    return window.slide(x, x.dim(0), ceil);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return UnitMap.unitwise(axes.get(0) == 0 ? 0 : -1);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("of", of)
        .put("window", window.written())
        .put("ceil", ceil)
        .put("count_padding", countPadding);
  }
}
