package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Probabilities along an axis: {@code exp(x) / Σ exp(x)}.
 *
 * @param axis which one
 * @param log whether their natural logarithms are given
 */
public record Softmax(int axis, boolean log) implements Operator {
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

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis).put("log", log);
  }
}
