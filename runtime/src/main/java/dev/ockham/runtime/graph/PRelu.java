package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * x, or s·x below 0 with a slope s that is learnt. Parameter: {@code slope}, {@code [units]} or
 * {@code [1]}.
 *
 * @param axis axis whose indices have a slope each; −1 for one slope
 */
public record PRelu(int axis) implements Operator {
  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (axis != -1) {
      Checks.axis(axis, x);
    }
    return x;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    return List.of(Slot.needed("slope", Shape.of(axis < 0 ? 1 : in.get(0).dim(axis)), Role.SCALE));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    if (axis < 0) {
      return UnitMap.unitwise(axes.get(0));
    }
    return axes.get(0) == axis ? UnitMap.unitwise(axis, "slope") : UnitMap.opaque(1);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis);
  }
}
