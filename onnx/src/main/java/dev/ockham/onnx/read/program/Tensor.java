package dev.ockham.onnx.read.program;

import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that are known at import: floats, or whole numbers and truth values as longs. Those of a
 * file are decoded each time they are asked for, so that large weights are not held twice.
 */
public final class Tensor {
  private final ElementType type;
  private final Shape shape;
  private final float @Nullable [] reals;
  private final long @Nullable [] integers;
  private final @Nullable Supplier<float[]> decoder;

  private Tensor(
      ElementType type,
      Shape shape,
      float @Nullable [] reals,
      long @Nullable [] integers,
      @Nullable Supplier<float[]> decoder) {
    this.type = type;
    this.shape = shape;
    this.reals = reals;
    this.integers = integers;
    this.decoder = decoder;
  }

  /** Floats, row by row; not copied, and not to be written afterwards. */
  public static Tensor reals(Shape shape, float... values) {
    check(shape, values.length);
    return new Tensor(ElementType.REAL, shape, values, null, null);
  }

  /** Whole numbers, row by row; not copied, and not to be written afterwards. */
  public static Tensor integers(Shape shape, long... values) {
    check(shape, values.length);
    return new Tensor(ElementType.INTEGER, shape, null, values, null);
  }

  /** A vector of whole numbers. */
  public static Tensor vector(long... values) {
    return integers(Shape.of(values.length), values);
  }

  /** Truth values as 1 and 0; not copied, and not to be written afterwards. */
  public static Tensor booleans(Shape shape, long... values) {
    check(shape, values.length);
    return new Tensor(ElementType.BOOLEAN, shape, null, values, null);
  }

  /**
   * Floats that are decoded when they are asked for; the decoder gives as many as the shape has.
   */
  public static Tensor decoded(Shape shape, Supplier<float[]> decoder) {
    return new Tensor(ElementType.REAL, shape, null, null, decoder);
  }

  private static void check(Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "a tensor of " + shape + " has " + count + " numbers, not " + shape.size());
    }
  }

  /** Kind of its numbers. */
  public ElementType type() {
    return type;
  }

  /** The extent along each axis. */
  public Shape shape() {
    return shape;
  }

  /** How many numbers it holds. */
  public int size() {
    return shape.size();
  }

  /** Type and shape. */
  public ValueType valueType() {
    return new ValueType(type, shape);
  }

  /** Whether the tensor holds floats. */
  public boolean isReal() {
    return type == ElementType.REAL;
  }

  /** The floats; whole numbers are converted. Not to be written. */
  public float[] reals() {
    if (reals != null) {
      return reals;
    }
    if (decoder != null) {
      return decoder.get();
    }
    long[] from = integers();
    float[] converted = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      converted[i] = from[i];
    }
    return converted;
  }

  /** The whole numbers; floats are cut towards 0. Not to be written. */
  public long[] integers() {
    if (integers != null) {
      return integers;
    }
    float[] from = reals();
    long[] converted = new long[from.length];
    for (int i = 0; i < from.length; i++) {
      converted[i] = (long) from[i];
    }
    return converted;
  }

  /** The same numbers under other sizes. */
  public Tensor reshaped(Shape other) {
    check(other, shape.size());
    return new Tensor(type, other, reals, integers, decoder);
  }

  /** Whether all numbers are one number. */
  public boolean all(float value) {
    for (float each : reals()) {
      if (each != value) {
        return false;
      }
    }
    return true;
  }

  /**
   * Numbers at other places.
   *
   * @param places for each number of the result its index here; −1 for {@code fill}
   */
  public Tensor picked(Shape result, int[] places, double fill) {
    if (isReal()) {
      float[] from = reals();
      float[] to = new float[places.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = places[i] < 0 ? (float) fill : from[places[i]];
      }
      return reals(result, to);
    }
    long[] from = integers();
    long[] to = new long[places.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = places[i] < 0 ? (long) fill : from[places[i]];
    }
    return withType(result, to);
  }

  /** Whole numbers or truth values, as this has. */
  public Tensor withType(Shape result, long[] values) {
    return type == ElementType.BOOLEAN ? booleans(result, values) : integers(result, values);
  }

  @Override
  public String toString() {
    return type + " " + shape + (size() > 8 ? "" : " " + Arrays.toString(reals()));
  }
}
