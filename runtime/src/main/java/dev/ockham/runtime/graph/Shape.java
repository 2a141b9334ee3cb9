package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extent of one example's value, or of a parameter: sizes of its axes, outermost first. Images are
 * {@code [channels, rows, columns]}, vectors {@code [features]}, sequences {@code [steps,
 * features]}; a single number has no axis. Only a size of units may be 0, where pruning left none.
 *
 * @param dims sizes of the axes, each ≥ 0
 */
public record Shape(List<Integer> dims) {

  /** Most axes; no operator needs more. */
  public static final int MOST_AXES = 8;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if a size is negative, there are more than {@value #MOST_AXES}
   *     axes, or {@link #size()} would not fit an int
   */
  public Shape {
    dims = List.copyOf(dims);
    if (dims.size() > MOST_AXES) {
      throw new IllegalArgumentException(
          "a shape of " + dims.size() + " axes has more than " + MOST_AXES);
    }
    long size = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("shape " + text(dims) + " has a size below 0");
      }
      size *= dim;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape " + text(dims) + " has more than " + Integer.MAX_VALUE + " numbers");
      }
    }
  }

  /** A shape of the given sizes, outermost axis first. */
  public static Shape of(int... dims) {
    List<Integer> list = new ArrayList<>();
    for (int dim : dims) {
      list.add(dim);
    }
    return new Shape(list);
  }

  /** Number of axes. */
  public int rank() {
    return dims.size();
  }

  /** Size of an axis, counted from 0. */
  public int dim(int axis) {
    return dims.get(axis);
  }

  /** How many numbers it holds; 1 without axes. */
  public int size() {
    return product(0, rank());
  }

  /** Product of the sizes of axes {@code from} to {@code to} (exclusive). */
  public int product(int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= dims.get(axis);
    }
    return product;
  }

  /** The same shape but for the size of one axis. */
  public Shape with(int axis, int size) {
    List<Integer> changed = new ArrayList<>(dims);
    changed.set(axis, size);
    return new Shape(changed);
  }

  /** The sizes; the caller owns the array. */
  public int[] toArray() {
    int[] sizes = new int[rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = dims.get(axis);
    }
    return sizes;
  }

  /** The sizes with another axis before them, as libraries want a batch's shape. */
  public long[] withBatch(long batch) {
    long[] sizes = new long[rank() + 1];
    sizes[0] = batch;
    for (int axis = 0; axis < rank(); axis++) {
      sizes[axis + 1] = dims.get(axis);
    }
    return sizes;
  }

  /** The sizes as libraries want them; the caller owns the array. */
  public long[] toLongs() {
    return dims.stream().mapToLong(Integer::longValue).toArray();
  }

  private static String text(List<Integer> dims) {
    if (dims.isEmpty()) {
      return "one number";
    }
    StringBuilder text = new StringBuilder();
    for (int dim : dims) {
      text.append(text.isEmpty() ? "" : "×").append(dim);
    }
    return text.toString();
  }

  /**
   * Compares as a record's own method would, which would make a program that starts wait for code
   * to be generated.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape(List<Integer> sizes) && dims.equals(sizes);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  /** Such as {@code 3×32×32}. */
  @Override
  public String toString() {
    return text(dims);
  }
}
