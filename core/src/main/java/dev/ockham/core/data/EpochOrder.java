package dev.ockham.core.data;

/**
 * The order in which an epoch visits the training images: a pure function of (seed, epoch), the
 * same on every platform, so that a resumed run needs no generator state.
 */
public final class EpochOrder {
  /** Keeps the orders of a seed apart from its {@link Split}. */
  private static final long PURPOSE = 0x45504F4348L;

  private EpochOrder() {}

  /**
   * Permutes the training indices for one epoch.
   *
   * @param indices what to permute; not changed. The result depends on their order, so pass the
   *     same array each time
   * @param seed the run's seed, any value
   * @param epoch which epoch, from 0
   * @return a new array with the same indices
   * @throws IllegalArgumentException if the epoch is negative
   */
  public static int[] of(int[] indices, long seed, long epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch must not be negative, but is " + epoch);
    }
    int[] order = indices.clone();
    KeyedShuffle.shuffleInPlace(order, KeyedShuffle.key(seed, PURPOSE, epoch));
    return order;
  }
}
