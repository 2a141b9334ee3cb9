package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two values, number by number. Axes are aligned at the last; one of size 1, or one that is
 * missing, is repeated.
 *
 * @param by what becomes of two numbers
 */
public record Combine(By by) implements Operator {

  /** What becomes of two numbers. */
  public enum By {
    /** x + y. */
    ADD,
    /** x − y. */
    SUBTRACT,
    /** x · y. */
    MULTIPLY,
    /** x / y. */
    DIVIDE,
    /** The smaller. */
    MINIMUM,
    /** The larger. */
    MAXIMUM,
    /** x to the power of y. */
    POWER
  }

  @Override
  public Shape output(List<Shape> in) {
    Checks.count(in, 2);
    Shape x = in.get(0);
    Shape y = in.get(1);
    int rank = Math.max(x.rank(), y.rank());
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int a = dim(x, axis, rank);
      int b = dim(y, axis, rank);
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException("does not fit " + x + " and " + y + " together");
      }
      dims.add(a == 1 ? b : a);
    }
    return new Shape(dims);
  }

  private static int dim(Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? 1 : shape.dim(own);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    Shape out = output(in);
    int axis = -1;
    for (int i = 0; i < 2; i++) {
      int own = axes.get(i) < 0 ? -1 : axes.get(i) + out.rank() - in.get(i).rank();
      if (own >= 0 && in.get(i).dim(axes.get(i)) == out.dim(own)) {
        axis = Math.max(axis, own);
      }
    }
    if (axis < 0) {
      return UnitMap.opaque(2);
    }
    List<UnitMap.Link> links = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int shift = out.rank() - in.get(i).rank();
      boolean full = axis >= shift && in.get(i).dim(axis - shift) == out.dim(axis);
      if (full && axes.get(i) != axis - shift) {
        return UnitMap.opaque(2);
      }
      links.add(full ? new UnitMap.Carried(UnitIndex.SAME) : new UnitMap.Whole());
    }
    return new UnitMap(axis, links, Map.of());
  }

  @Override
  public boolean zeroFromAnyZero() {
    return by == By.MULTIPLY;
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("by", by);
  }
}
