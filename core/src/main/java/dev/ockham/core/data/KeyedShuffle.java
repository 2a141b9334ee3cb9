package dev.ockham.core.data;

/**
 * Shuffles that are pure functions of a key. Integer arithmetic only, so every platform draws the
 * same order.
 */
final class KeyedShuffle {
  /** Golden-ratio increment of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, section 5). */
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private KeyedShuffle() {}

  /**
   * A key for one use of a seed.
   *
   * @param purpose a constant that keeps different uses of one seed apart
   * @param index which shuffle of that use: an epoch, a class
   */
  static long key(long seed, long purpose, long index) {
    return mix(mix(mix(seed + GAMMA) ^ purpose) + GAMMA * (index + 1));
  }

  /**
   * Fisher-Yates from the end, drawing from SplitMix64 started at the key. A bounded draw is the
   * high half of a 128-bit product; its bias is below 2⁻³² for any array and not worth a rejection
   * loop.
   */
  static void shuffleInPlace(int[] values, long key) {
    long state = key;
    for (int i = values.length - 1; i > 0; i--) {
      state += GAMMA;
      int j = (int) Math.unsignedMultiplyHigh(mix(state), i + 1L);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  /** SplitMix64's output function (variant 13 of Stafford's mixers). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
