package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Sums from the first index of an axis up to each: {@code y[i] = x[0] + … + x[i]}.
 *
 * @param axis which one
 * @param exclusive whether each number itself is left out of its sum; the first is then 0
 * @param reverse whether the sums begin at the last index
 */
public record RunningSum(int axis, boolean exclusive, boolean reverse) implements OwnLoop {

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.axis(axis, x);
    return x;
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) == axis ? UnitMap.opaque(1) : UnitMap.unitwise(axes.get(0));
  }

  /** Adds up in double. */
  @Override
  public void run(List<Shape> in, float[][] values, float[] out, int lanes) {
    Shape x = in.get(0);
    int size = x.dim(axis);
    int step = x.product(axis + 1, x.rank()) * lanes;
    for (int outer = 0; outer < x.product(0, axis); outer++) {
      for (int k = 0; k < step; k++) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
          int at = (outer * size + (reverse ? size - 1 - i : i)) * step + k;
          double next = sum + values[0][at];
          out[at] = (float) (exclusive ? sum : next);
          sum = next;
        }
      }
    }
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis).put("exclusive", exclusive).put("reverse", reverse);
  }
}
