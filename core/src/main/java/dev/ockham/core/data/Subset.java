package dev.ockham.core.data;

import java.util.Arrays;

/**
 * A few examples that stand for all: a pure function of (indices, size, seed), the same on every
 * platform.
 */
public final class Subset {
  /** Keeps the subset of a seed apart from its {@link Split} and {@link EpochOrder}. */
  private static final long PURPOSE = 0x535542534554L;

  private Subset() {}

  /**
   * Draws without repetition.
   *
   * @param indices what to draw from; not changed. The result depends on their order
   * @param most how many to draw, at least 0; all where there are no more
   * @param seed chooses which, any value
   * @return the chosen indices, ascending; a new array
   */
  public static int[] of(int[] indices, int most, long seed) {
    if (most < 0) {
      throw new IllegalArgumentException("cannot draw " + most + " examples");
    }
    int[] order = indices.clone();
    KeyedShuffle.shuffleInPlace(order, KeyedShuffle.key(seed, PURPOSE, 0));
    int[] chosen = Arrays.copyOf(order, Math.min(most, order.length));
    Arrays.sort(chosen);
    return chosen;
  }
}
