package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;

/**
 * What turns raw values into what a network was trained on: {@code (x − mean) · scale}. Parameters:
 * {@code mean} and {@code scale}, as many as {@code each} says.
 *
 * @param each what has numbers of its own
 */
public record Standardize(Each each) implements Operator {

  /** What has a mean and a scale of its own. */
  public enum Each {
    /** Nothing: one mean and one scale. */
    ALL,
    /** Each index of the first axis: channels. */
    UNIT,
    /** Each number of an example. */
    FEATURE;

    /**
     * What has numbers of its own where there are so many: all, or the first axis of a value of
     * several, or else each number.
     */
    public static Each of(int numbers, Shape shape) {
      if (numbers == 1) {
        return ALL;
      }
      return shape.rank() > 1 && shape.dim(0) == numbers ? UNIT : FEATURE;
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (each == Each.UNIT) {
      Checks.axis(0, x);
    }
    return x;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    Shape x = in.get(0);
    Shape numbers =
        switch (each) {
          case ALL -> Shape.of(1);
          case UNIT -> Shape.of(x.dim(0));
          case FEATURE -> Shape.of(x.size());
        };
    return List.of(
        Slot.needed("mean", numbers, Role.CONSTANT), Slot.needed("scale", numbers, Role.CONSTANT));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int axis = axes.get(0);
    if (axis < 0) {
      return UnitMap.opaque(1);
    }
    return switch (each) {
      case ALL -> UnitMap.unitwise(axis);
      case UNIT -> axis == 0 ? UnitMap.unitwise(0, "mean", "scale") : UnitMap.opaque(1);
      case FEATURE ->
          new UnitMap(
              axis, List.of(new UnitMap.Carried(UnitIndex.SAME)), perFeature(in.get(0), axis));
    };
  }

  private static Map<String, List<UnitMap.Tie>> perFeature(Shape x, int axis) {
    UnitIndex index =
        UnitIndex.runs(Math.max(1, x.product(axis + 1, x.rank())), Math.max(1, x.dim(axis)));
    List<UnitMap.Tie> tie = List.of(new UnitMap.Tie(0, UnitMap.Tie.OUTPUT, index));
    return Map.of("mean", tie, "scale", tie);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("each", each);
  }
}
