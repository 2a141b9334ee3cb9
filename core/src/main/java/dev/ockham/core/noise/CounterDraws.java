package dev.ockham.core.noise;

import dev.ockham.core.kernel.NoiseKey;

/** Random numbers in double precision as pure functions of a key and a position. */
public final class CounterDraws {

  private static final double TO_UNIT_53 = 0x1p-53;
  private static final double TO_UNIT_32 = 0x1p-32;

  private CounterDraws() {}

  /** Uniform in the open interval (0, 1), in steps of 2⁻⁵³. */
  public static double uniform(NoiseKey key, int example, int unit) {
    return ((key.bits(example, unit) >>> 11) + 0.5) * TO_UNIT_53;
  }

  /** Standard normal by Box and Muller; cut at 6.76 standard deviations. */
  public static double normal(NoiseKey key, int example, int unit) {
    long bits = key.bits(example, unit);
    double radius = Math.sqrt(-2 * Math.log(((bits & 0xFFFFFFFFL) + 0.5) * TO_UNIT_32));
    return radius * Math.cos(2 * Math.PI * TO_UNIT_32 * (bits >>> 32));
  }
}
