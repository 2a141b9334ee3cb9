package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * All numbers along some axes to one. Over all positions it is global pooling.
 *
 * @param to what becomes of them
 * @param axes which, ascending
 * @param keep whether the axes stay, with size 1
 */
public record Reduce(To to, List<Integer> axes, boolean keep) implements Operator {

  /** What becomes of many numbers. */
  public enum To {
    /** Their mean. */
    MEAN,
    /** Their sum. */
    SUM,
    /** The largest. */
    MAX,
    /** The smallest. */
    MIN
  }

  /** Copies the list and checks its order. */
  public Reduce {
    axes = List.copyOf(axes);
    for (int i = 1; i < axes.size(); i++) {
      if (axes.get(i - 1) >= axes.get(i)) {
        throw new IllegalArgumentException("its axes " + axes + " do not ascend");
      }
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    List<Integer> dims = new ArrayList<>();
    for (int axis : axes) {
      Checks.axis(axis, x);
      if (x.dim(axis) == 0) {
        throw new IllegalArgumentException("has nothing along axis " + axis + " of " + x);
      }
    }
    for (int axis = 0; axis < x.rank(); axis++) {
      if (!axes.contains(axis)) {
        dims.add(x.dim(axis));
      } else if (keep) {
        dims.add(1);
      }
    }
    return new Shape(dims);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> unitAxes) {
    int axis = unitAxes.get(0);
    if (axis < 0 || axes.contains(axis)) {
      return UnitMap.opaque(1);
    }
    int gone = keep ? 0 : (int) axes.stream().filter(a -> a < axis).count();
    return UnitMap.carried(axis - gone, UnitIndex.SAME);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("to", to).wholes("axes", axes).put("keep", keep);
  }
}
