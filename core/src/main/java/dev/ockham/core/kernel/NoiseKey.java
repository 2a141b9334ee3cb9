package dev.ockham.core.kernel;

/**
 * The 64-bit key of one layer's noise in one step; the generator's counter then names the example
 * and the unit.
 */
public record NoiseKey(int word0, int word1) {
  /** 2⁶⁴ divided by the golden ratio, the increment of SplitMix64. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /**
   * The key for (seed, step, layer).
   *
   * <p>Each argument passes through the 64-bit finaliser of SplitMix64 (Steele, Lea and Flood,
   * OOPSLA 2014), so that keys of neighbouring steps or layers share no structure.
   */
  public static NoiseKey of(long seed, long step, int layer) {
    long mixed = mix(mix(mix(seed + GOLDEN) + step + GOLDEN) + layer + GOLDEN);
    return new NoiseKey((int) mixed, (int) (mixed >>> 32));
  }

  /**
   * 64 random bits for a position, by Threefry-2x32-13 under this key: a pure function.
   *
   * @param counter0 such as the example
   * @param counter1 such as the unit
   */
  public long bits(int counter0, int counter1) {
    return Threefry.block(Threefry.ROUNDS, word0, word1, counter0, counter1);
  }

  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
