package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Shifts and scales every unit by numbers of its own: {@code y = s · x + t}. A batch norm at fixed
 * statistics, where nothing is before it that it could fold into. Parameters: {@code scale} and
 * {@code shift}, {@code [units]}.
 *
 * @param axis axis of the units
 */
public record Affine(int axis) implements Operator {
  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.axis(axis, x);
    return x;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    Shape units = Shape.of(in.get(0).dim(axis));
    return List.of(
        Slot.needed("scale", units, Role.SCALE), Slot.needed("shift", units, Role.SHIFT));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) == axis ? UnitMap.unitwise(axis, "scale", "shift") : UnitMap.opaque(1);
  }

  @Override
  public String silencing() {
    return "scale";
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis);
  }
}
