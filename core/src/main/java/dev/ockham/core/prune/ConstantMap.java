package dev.ockham.core.prune;

import org.jspecify.annotations.Nullable;

/** Numbers of a unit that is the same for all examples: one if equal everywhere, or each. */
final class ConstantMap {

  /** Largest relative distance that rounding brings between numbers that are meant to be equal. */
  private static final float ROUNDING = 1e-6f;

  static final float[] ZERO = {0};

  /** The same for all examples, but nobody knows what; is not zero. */
  static final float[] UNKNOWN = {Float.NaN};

  private ConstantMap() {}

  /** One number where all are equal but for rounding; null where one is not finite. */
  static float @Nullable [] of(float[] numbers) {
    if (numbers.length == 0) {
      return ZERO;
    }
    float first = numbers[0];
    boolean equal = true;
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return null;
      }
      equal &= Math.abs(number - first) <= ROUNDING * Math.abs(first);
    }
    return equal ? new float[] {first} : numbers;
  }

  static boolean isZero(float[] map) {
    return map.length == 1 && map[0] == 0;
  }

  static float at(float[] map, int position) {
    return map[map.length == 1 ? 0 : position];
  }
}
