package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Shifts and scales numbers to mean 0 and variance 1 over some of them, then by what is learnt:
 * {@code γ (x − m) / √(v + ε) + β} with the biased variance. Parameters: {@code scale} γ and {@code
 * shift} β, or neither; for {@link Over#BATCH} also {@code mean} and {@code variance}, where its
 * statistics are known.
 *
 * @param over what mean and variance are taken over
 * @param axis BATCH, INSTANCE, GROUP: axis of the units; LAYER: the first of the axes, up to the
 *     last, that a mean is taken over
 * @param groups GROUP: blocks of units, ≥ 1; 1 otherwise
 * @param epsilon ε, added to the variance, > 0
 */
public record Normalize(Over over, int axis, int groups, float epsilon) implements Operator {

  /** What mean and variance are taken over. */
  public enum Over {
    /** Each unit, over examples and positions (arXiv:1502.03167). */
    BATCH,
    /** Each example, over the axes from {@code axis} on (arXiv:1607.06450). */
    LAYER,
    /** Each example and block of units, over positions (arXiv:1803.08494). */
    GROUP,
    /** Each example and unit, over positions (arXiv:1607.08022). */
    INSTANCE
  }

  /** Checks the ranges. */
  public Normalize {
    Checks.atLeast("axis", axis, 0);
    Checks.atLeast("groups", groups, 1);
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epsilon = " + epsilon + ", it must be > 0 and finite");
    }
  }

  /** Batch normalisation of units along the first axis, ε = 1e-5. */
  public static Normalize batch() {
    return new Normalize(Over.BATCH, 0, 1, 1e-5f);
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.axis(axis, x);
    if (over == Over.GROUP && x.dim(axis) % groups != 0) {
      throw new IllegalArgumentException(
          "its " + groups + " groups do not divide the " + x.dim(axis) + " units of " + x);
    }
    if (over == Over.INSTANCE && x.size() == x.dim(axis) && x.size() > 0) {
      throw new IllegalArgumentException("has one position per unit in " + x);
    }
    return x;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    Shape x = in.get(0);
    Shape learnt =
        over == Over.LAYER ? new Shape(x.dims().subList(axis, x.rank())) : Shape.of(x.dim(axis));
    Slot scale = Slot.optional("scale", learnt, Role.SCALE);
    Slot shift = Slot.optional("shift", learnt, Role.SHIFT);
    return over == Over.BATCH
        ? List.of(
            scale,
            shift,
            Slot.optional("mean", learnt, Role.STATISTIC),
            Slot.optional("variance", learnt, Role.STATISTIC))
        : List.of(scale, shift);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int units = axes.get(0);
    return switch (over) {
      case BATCH ->
          units == axis
              ? UnitMap.unitwise(axis, "scale", "shift", "mean", "variance")
              : UnitMap.opaque(1);
      case INSTANCE -> units == axis ? UnitMap.unitwise(axis, "scale", "shift") : UnitMap.opaque(1);
      case LAYER -> units < axis ? UnitMap.unitwise(units) : UnitMap.opaque(1);
      case GROUP -> UnitMap.opaque(1);
    };
  }

  @Override
  public String silencing() {
    return "scale";
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("over", over).put("axis", axis).put("groups", groups).put("epsilon", epsilon);
  }
}
