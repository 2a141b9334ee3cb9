package dev.ockham.core.data;

import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable list of labelled examples of any finite floats, {@code [count, shape…]}; plain
 * feature vectors are of shape {@code [features]}. Training standardises each feature by its own
 * mean and deviation, and the model remembers them, so give the values as they are.
 */
public final class Features implements Examples {

  /** Classes are counted in arrays, and a network has an output for each. */
  private static final int MOST_CLASSES = 1_000_000;

  private final Shape shape;
  private final float[] values;
  private final int[] labels;

  /** Takes ownership of the arrays. */
  private Features(Shape shape, float[] values, int[] labels) {
    long expected = (long) labels.length * shape.size();
    if (shape.size() == 0 || values.length != expected) {
      throw new IllegalArgumentException(
          "values has %s numbers, but %s examples of %s need %s"
              .formatted(values.length, labels.length, shape, expected));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "feature %s of example %s is %s, not a finite number"
                .formatted(i % shape.size(), i / shape.size(), values[i]));
      }
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= MOST_CLASSES) {
        throw new IllegalArgumentException(
            "the label of example %s is %s; labels count classes from 0 to at most %s"
                .formatted(i, labels[i], MOST_CLASSES - 1));
      }
    }
    this.shape = shape;
    this.values = values;
    this.labels = labels;
  }

  /**
   * Copies feature vectors, one row per example.
   *
   * @param rows finite numbers, {@code [count][features]}, at least one row, all of one length
   * @param labels {@code [count]}; classes are counted from 0
   * @throws IllegalArgumentException naming the row that is of another length, or the value that is
   *     not allowed
   */
  public static Features of(float[][] rows, int[] labels) {
    if (rows.length == 0 || rows.length != labels.length) {
      throw new IllegalArgumentException(
          "%s rows and %s labels; there must be one label per row, and at least one row"
              .formatted(rows.length, labels.length));
    }
    int width = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            "row %s has %s features, but row 0 has %s".formatted(i, rows[i].length, width));
      }
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    return new Features(Shape.of(width), values, labels.clone());
  }

  /**
   * Copies examples of any shape, such as images of floats.
   *
   * @param values finite numbers, {@code [count, shape…]}
   * @param labels {@code [count]}; classes are counted from 0
   * @throws IllegalArgumentException if the lengths disagree, or naming the value that is not
   *     allowed
   */
  public static Features of(Shape shape, float[] values, int[] labels) {
    return new Features(shape, values.clone(), labels.clone());
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int label(int example) {
    return labels[Objects.checkIndex(example, labels.length)];
  }

  @Override
  public int maxLabel() {
    int max = -1;
    for (int label : labels) {
      max = Math.max(max, label);
    }
    return max;
  }

  @Override
  public Features select(int[] indices) {
    int size = shape.size();
    float[] someValues = new float[Math.multiplyExact(indices.length, size)];
    int[] someLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      int example = Objects.checkIndex(indices[i], labels.length);
      System.arraycopy(values, example * size, someValues, i * size, size);
      someLabels[i] = labels[example];
    }
    return new Features(shape, someValues, someLabels);
  }

  @Override
  public Features withLabels(int[] others) {
    return new Features(shape, values, others.clone());
  }

  @Override
  public Features followedBy(Examples others) {
    if (!(others instanceof Features features) || !features.shape.equals(shape)) {
      throw new IllegalArgumentException(others + " cannot follow " + this);
    }
    int count = labels.length;
    float[] allValues = Arrays.copyOf(values, Math.addExact(values.length, features.values.length));
    System.arraycopy(features.values, 0, allValues, values.length, features.values.length);
    int[] allLabels = Arrays.copyOf(labels, count + features.labels.length);
    System.arraycopy(features.labels, 0, allLabels, count, features.labels.length);
    return new Features(shape, allValues, allLabels);
  }

  @Override
  public float[] values(int from, int to) {
    Objects.checkFromToIndex(from, to, labels.length);
    float[] some = new float[(to - from) * shape.size()];
    System.arraycopy(values, from * shape.size(), some, 0, some.length);
    return some;
  }

  /** All values, {@code [count, shape…]}, as a read-only view without a copy. */
  public MemorySegment values() {
    return MemorySegment.ofArray(values).asReadOnly();
  }

  /** Sizes only, for messages and logs. */
  @Override
  public String toString() {
    return "Features[" + labels.length + ", " + shape + "]";
  }
}
