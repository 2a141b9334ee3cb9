package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;

/** From the number of a feature to its index along each axis, and back. */
final class Places {
  private Places() {}

  static int[] index(int feature, Shape shape) {
    int[] index = new int[shape.rank()];
    int rest = feature;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return index;
  }

  static int flat(int[] index, Shape shape) {
    int flat = 0;
    for (int axis = 0; axis < index.length; axis++) {
      flat = flat * shape.dim(axis) + index[axis];
    }
    return flat;
  }

  /**
   * Where a value of a smaller shape is read for each feature of a larger one: axes are aligned at
   * the last, and those of size 1 or that are missing are repeated.
   */
  static int[] broadcast(Shape from, Shape to) {
    int[] places = new int[to.size()];
    int missing = to.rank() - from.rank();
    for (int f = 0; f < places.length; f++) {
      int[] index = index(f, to);
      int flat = 0;
      for (int axis = 0; axis < from.rank(); axis++) {
        int at = from.dim(axis) == 1 ? 0 : index[axis + missing];
        flat = flat * from.dim(axis) + at;
      }
      places[f] = flat;
    }
    return places;
  }

  /** For each feature, its index along an axis. */
  static int[] along(int axis, Shape shape) {
    int inner = shape.product(axis + 1, shape.rank());
    int[] places = new int[shape.size()];
    for (int f = 0; f < places.length; f++) {
      places[f] = f / inner % shape.dim(axis);
    }
    return places;
  }
}
