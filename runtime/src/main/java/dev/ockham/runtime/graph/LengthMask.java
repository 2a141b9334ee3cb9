package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Makes a number for each step of a sequence from its length: one for steps that are real, another
 * for those that are padding. Times a value it blanks padding; added to scores it takes padding out
 * of a softmax.
 *
 * @param steps how many steps a sequence has with its padding, ≥ 1
 * @param within number for a step before the length
 * @param beyond number for the others
 */
public record LengthMask(int steps, float within, float beyond) implements OwnLoop {
  /** Checks the ranges. */
  public LengthMask {
    Checks.atLeast("steps", steps, 1);
    Checks.finite("within", within);
    Checks.finite("beyond", beyond);
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape length = Checks.one(in);
    if (length.size() != 1) {
      throw new IllegalArgumentException("takes one number as length but gets " + length);
    }
    return Shape.of(steps);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return UnitMap.opaque(1);
  }

  @Override
  public void run(List<Shape> in, float[][] values, float[] out, int lanes) {
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < lanes; i++) {
        out[step * lanes + i] = step < values[0][i] ? within : beyond;
      }
    }
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("steps", steps).put("within", within).put("beyond", beyond);
  }
}
