package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * What keeps or shuts each unit by what it is for the example at hand: {@code y = g · x} with
 * {@code g = f · min(1, max(0, s · h + t))}, h the unit's mean over its positions, and g taken as 0
 * where it is at most the cut. The gate of dependent Beta-Bernoulli dropout (arXiv:1805.10896,
 * section 3.3) with its batch normalisation at fixed statistics. Parameters: {@code scale} s,
 * {@code shift} t and {@code factor} f, {@code [units]}; f is not below 0, and 0 shuts a unit for
 * good.
 *
 * @param axis axis of the units
 * @param cut largest g that counts as shut, finite and ≥ 0
 */
public record DependentGate(int axis, float cut) implements Operator {
  /** Checks the range. */
  public DependentGate {
    if (!(cut >= 0 && cut < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("cut = " + cut + ", it must be finite and >= 0");
    }
  }

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
        Slot.needed("scale", units, Role.SCALE),
        Slot.needed("shift", units, Role.SHIFT),
        Slot.needed("factor", units, Role.CONSTANT));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) == axis
        ? UnitMap.unitwise(axis, "scale", "shift", "factor")
        : UnitMap.opaque(1);
  }

  @Override
  public String silencing() {
    return "factor";
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("axis", axis).put("cut", cut);
  }
}
