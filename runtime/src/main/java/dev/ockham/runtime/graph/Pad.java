package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A constant around a value.
 *
 * @param before how many before the first index of each axis, ≥ 0
 * @param after how many behind the last index of each axis, ≥ 0
 * @param value what is put there
 */
public record Pad(List<Integer> before, List<Integer> after, float value) implements Operator {
  /** Copies the lists and checks that they are equally long and not below 0. */
  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
    Checks.finite("value", value);
    if (before.size() != after.size()) {
      throw new IllegalArgumentException(
          "its padding " + before + ", " + after + " is not of the same axes");
    }
    for (int axis = 0; axis < before.size(); axis++) {
      Checks.atLeast("padding", before.get(axis), 0);
      Checks.atLeast("padding", after.get(axis), 0);
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (x.rank() != before.size()) {
      throw new IllegalArgumentException("its padding " + before + " is not of the axes of " + x);
    }
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      dims.add(Math.addExact(x.dim(axis), Math.addExact(before.get(axis), after.get(axis))));
    }
    return new Shape(dims);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int axis = axes.get(0);
    return axis < 0 ? UnitMap.opaque(1) : UnitMap.carried(axis, UnitIndex.from(-before.get(axis)));
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    int axis = axes.get(0);
    int first = before.get(axis);
    int units = in.get(0).dim(axis);
    int end = first + units + after.get(axis);
    List<Integer> leading = new ArrayList<>(before);
    List<Integer> trailing = new ArrayList<>(after);
    leading.set(axis, output.get(0, first).cardinality());
    trailing.set(axis, output.get(first + units, end).cardinality());
    return new Pad(leading, trailing, value);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.wholes("before", before).wholes("after", after).put("value", value);
  }
}
