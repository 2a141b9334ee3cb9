package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Values behind each other along an axis; all other sizes agree.
 *
 * @param axis which one
 */
public record Concat(int axis) implements Operator {
  @Override
  public Shape output(List<Shape> in) {
    if (in.isEmpty()) {
      throw new IllegalArgumentException("takes at least 1 input");
    }
    Shape first = in.get(0);
    Checks.axis(axis, first);
    int size = 0;
    for (Shape each : in) {
      if (each.rank() != first.rank() || !each.with(axis, first.dim(axis)).equals(first)) {
        throw new IllegalArgumentException(
            "does not join " + first + " and " + each + " along axis " + axis);
      }
      size = Math.addExact(size, each.dim(axis));
    }
    return first.with(axis, size);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int units = axes.get(0);
    if (units < 0 || axes.stream().anyMatch(a -> a != units)) {
      return UnitMap.opaque(in.size());
    }
    List<UnitMap.Link> links = new ArrayList<>();
    int offset = 0;
    for (Shape each : in) {
      links.add(new UnitMap.Carried(units == axis ? UnitIndex.from(-offset) : UnitIndex.SAME));
      offset += each.dim(axis);
    }
    return new UnitMap(units, links, Map.of());
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis);
  }
}
