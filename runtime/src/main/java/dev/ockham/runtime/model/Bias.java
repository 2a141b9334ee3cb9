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

  /** The constants of some units, in the given order. */
  Bias of(int[] units) {
    float[] some = new float[units.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[units[i]];
    }
    return new Bias(some);
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
