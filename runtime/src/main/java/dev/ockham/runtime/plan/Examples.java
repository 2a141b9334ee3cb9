package dev.ockham.runtime.plan;

import java.util.Arrays;

/** Examples one behind the other, and the same in lanes. */
final class Examples {
  /** Lanes that are filled at once, so that what is read stays in the cache. */
  private static final int TOGETHER = 16;

  private Examples() {}

  /**
   * Spreads examples over lanes; those without an example get zeros.
   *
   * @param from {@code [count, size]}
   * @param first number of the example for the first lane
   * @param used lanes that get an example
   * @param to {@code [size][lanes]}
   */
  static void spread(float[] from, int first, int size, int used, float[] to, int lanes) {
    if (lanes == 1) {
      System.arraycopy(from, first * size, to, 0, size);
      return;
    }
    if (used < lanes) {
      Arrays.fill(to, 0, size * lanes, 0f);
    }
    for (int lane = 0; lane < used; lane += TOGETHER) {
      int end = Math.min(used, lane + TOGETHER);
      for (int f = 0; f < size; f++) {
        for (int i = lane; i < end; i++) {
          to[f * lanes + i] = from[(first + i) * size + f];
        }
      }
    }
  }

  /** Collects examples from lanes, the reverse of {@link #spread}. */
  static void gather(float[] from, int lanes, float[] to, int first, int size, int used) {
    if (lanes == 1) {
      System.arraycopy(from, 0, to, first * size, size);
      return;
    }
    for (int i = 0; i < used; i++) {
      for (int f = 0; f < size; f++) {
        to[(first + i) * size + f] = from[f * lanes + i];
      }
    }
  }
}
