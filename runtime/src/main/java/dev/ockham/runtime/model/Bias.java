package dev.ockham.runtime.model;

import java.util.Arrays;

/** An immutable vector of one constant per output unit of a layer, or per feature. */
public final class Bias {
  private final float[] values;

  private Bias(float[] values) {
    this.values = values;
  }

  /** A bias of the given values, copied. */
  public static Bias of(float... values) {
    return new Bias(values.clone());
  }

  /** Number of units, ≥ 0. */
  public int length() {
    return values.length;
  }

  /** The constant of one unit. */
  public float get(int unit) {
    return values[unit];
  }

  /** The constants; the caller owns the array. */
  public float[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bias that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "bias of " + values.length;
  }
}
