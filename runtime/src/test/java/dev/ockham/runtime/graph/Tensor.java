package dev.ockham.runtime.graph;

import java.util.Arrays;

/** Numbers in double under a shape, as the reference computes with them. */
final class Tensor {
  private final int[] dims;
  private final double[] values;

  private Tensor(int[] dims, double[] values) {
    this.dims = dims;
    this.values = values;
  }

  static Tensor zeros(int... dims) {
    return new Tensor(dims.clone(), new double[size(dims)]);
  }

  /** Numbers that exist; not copied. */
  static Tensor of(int[] dims, double[] values) {
    if (values.length != size(dims)) {
      throw new IllegalArgumentException(
          values.length + " numbers for a shape of " + Arrays.toString(dims));
    }
    return new Tensor(dims.clone(), values);
  }

  private static int size(int[] dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    return size;
  }

  int rank() {
    return dims.length;
  }

  int dim(int axis) {
    return dims[axis];
  }

  int[] dims() {
    return dims.clone();
  }

  /** The numbers, row by row; not copied. */
  double[] values() {
    return values;
  }

  Shape shape() {
    return Shape.of(dims);
  }

  /** The place among the numbers that an index stands for. */
  int place(int... index) {
    int place = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      if (index[axis] < 0 || index[axis] >= dims[axis]) {
        throw new IndexOutOfBoundsException(Arrays.toString(index) + " of " + shape());
      }
      place = place * dims[axis] + index[axis];
    }
    return place;
  }

  /** The index that a place among the numbers stands for. */
  int[] index(int place) {
    int[] index = new int[dims.length];
    int rest = place;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = rest % dims[axis];
      rest /= dims[axis];
    }
    return index;
  }

  double get(int... index) {
    return values[place(index)];
  }

  void set(double value, int... index) {
    values[place(index)] = value;
  }

  void add(double value, int... index) {
    values[place(index)] += value;
  }
}
