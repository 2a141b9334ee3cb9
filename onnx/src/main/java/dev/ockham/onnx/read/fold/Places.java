package dev.ockham.onnx.read.fold;

import dev.ockham.runtime.graph.Shape;
import java.util.List;

/** For each number of a tensor that is made of another, its index there. */
final class Places {
  private Places() {}

  /** Steps from one index of each axis to the next, row by row. */
  static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape.dim(axis);
    }
    return strides;
  }

  /** Places that move by a fixed step along each axis of the result. */
  static int[] strided(Shape out, int[] strides, int first) {
    int[] places = new int[out.size()];
    int[] index = new int[out.rank()];
    int at = first;
    for (int i = 0; i < places.length; i++) {
      places[i] = at;
      for (int axis = out.rank() - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < out.dim(axis)) {
          break;
        }
        at -= strides[axis] * out.dim(axis);
        index[axis] = 0;
      }
    }
    return places;
  }

  /** Places of a tensor that is stretched to a larger shape; axes are aligned at the last. */
  static int[] stretched(Shape from, Shape out) {
    int[] own = strides(from);
    int[] strides = new int[out.rank()];
    int shift = out.rank() - from.rank();
    for (int axis = 0; axis < from.rank(); axis++) {
      strides[axis + shift] = from.dim(axis) == 1 ? 0 : own[axis];
    }
    return strided(out, strides, 0);
  }

  /** Axes in another order. */
  static int[] permuted(Shape from, Shape out, List<Integer> order) {
    int[] own = strides(from);
    int[] strides = new int[out.rank()];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = own[order.get(axis)];
    }
    return strided(out, strides, 0);
  }

  /**
   * Other indices along one axis.
   *
   * @param indices for each index of the result the index before; −1 for none
   */
  static int[] along(Shape from, int axis, int[] indices) {
    int outer = from.product(0, axis);
    int inner = from.product(axis + 1, from.rank());
    int size = from.dim(axis);
    int[] places = new int[Math.multiplyExact(Math.multiplyExact(outer, indices.length), inner)];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (int index : indices) {
        for (int i = 0; i < inner; i++) {
          places[next++] = index < 0 ? -1 : (o * size + index) * inner + i;
        }
      }
    }
    return places;
  }
}
