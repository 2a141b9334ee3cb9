package dev.ockham.runtime.graph;

import java.util.List;

/** What operators ask of the shapes they get. */
final class Checks {
  /** Most numbers of one parameter, several float copies of which must fit memory and an array. */
  private static final long MOST_NUMBERS = Integer.MAX_VALUE / 8;

  private Checks() {}

  static Shape one(List<Shape> in) {
    count(in, 1);
    return in.get(0);
  }

  static void count(List<Shape> in, int wanted) {
    if (in.size() != wanted) {
      throw new IllegalArgumentException(
          "takes " + wanted + (wanted == 1 ? " input" : " inputs") + " but gets " + in.size());
    }
  }

  static void rank(Shape shape, int wanted, String what) {
    if (shape.rank() != wanted) {
      throw new IllegalArgumentException("takes " + what + " but gets " + shape);
    }
  }

  static void axis(int axis, Shape shape) {
    if (axis < 0 || axis >= shape.rank()) {
      throw new IllegalArgumentException(
          "its axis " + axis + " is none of the " + shape.rank() + " of " + shape);
    }
  }

  static void atLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(what + " = " + value + ", it must be >= " + least);
    }
  }

  static void finite(String what, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(what + " = " + value + ", it must be finite");
    }
  }

  /** Size of a parameter's matrix, before anything of that size is allocated. */
  static void weights(long rows, long columns) {
    if (rows > 0 && columns > MOST_NUMBERS / rows) {
      throw new IllegalArgumentException(rows + " × " + columns + " weights are too many");
    }
  }
}
