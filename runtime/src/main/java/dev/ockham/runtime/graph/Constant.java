package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a parameter as a value, the same for every example: a table of positions, a fixed
 * factor. Takes nothing. Parameter: {@code value}.
 *
 * @param shape what it gives
 * @param role what the parameter is for: BIAS where it is learnt, CONSTANT where it is not
 * @param axis axis of its units; −1 for none
 */
public record Constant(Shape shape, Role role, int axis) implements Operator {
  /** Checks that the axis is one of the shape's. */
  public Constant {
    if (axis != -1) {
      Checks.axis(axis, shape);
    }
    if (role.prunable() || role == Role.STATISTIC) {
      throw new IllegalArgumentException("its role is " + role + ", not BIAS or CONSTANT");
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Checks.count(in, 0);
    return shape;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    return List.of(Slot.needed("value", shape, role));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axis < 0
        ? new UnitMap(-1, List.of(), Map.of())
        : new UnitMap(axis, List.of(), Map.of("value", List.of(UnitMap.Tie.output(axis))));
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return new Constant(shape.with(axis, output.cardinality()), role, axis);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.wholes("shape", shape.dims()).put("role", role).put("axis", axis);
  }
}
