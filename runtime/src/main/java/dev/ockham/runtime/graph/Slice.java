package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.BitSet;
import java.util.List;

/**
 * Some indices of an axis: {@code start}, {@code start + step}, … below {@code end}.
 *
 * @param axis which one
 * @param start first index, ≥ 0
 * @param end behind the last index, ≤ the axis's size
 * @param step ≥ 1
 */
public record Slice(int axis, int start, int end, int step) implements Operator {
  /** Checks the ranges. */
  public Slice {
    Checks.atLeast("start", start, 0);
    Checks.atLeast("end", end, start);
    Checks.atLeast("step", step, 1);
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.axis(axis, x);
    if (end > x.dim(axis)) {
      throw new IllegalArgumentException(
          "ends at " + end + " of the " + x.dim(axis) + " along axis " + axis + " of " + x);
    }
    return x.with(axis, (int) (((long) end - start + step - 1) / step));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    if (axes.get(0) != axis) {
      return UnitMap.unitwise(axes.get(0));
    }
    return step == 1 ? UnitMap.carried(axis, UnitIndex.from(start)) : UnitMap.opaque(1);
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    if (axes.get(0) != axis) {
      return this;
    }
    BitSet units = inputs.get(0);
    return new Slice(
        axis, units.get(0, start).cardinality(), units.get(0, end).cardinality(), step);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis).put("start", start).put("end", end).put("step", step);
  }
}
