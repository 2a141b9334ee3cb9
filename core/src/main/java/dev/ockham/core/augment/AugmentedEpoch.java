package dev.ockham.core.augment;

import org.jspecify.annotations.Nullable;

/**
 * What examples go through in one epoch; with the example, it decides everything that is drawn.
 *
 * @param changes what is done
 * @param seed the run's seed
 * @param epoch from 0
 * @param mixup what examples are mixed with; null for nothing
 */
public record AugmentedEpoch(Augmentation changes, long seed, int epoch, @Nullable Mixup mixup) {

  /** Changes of each picture by itself. */
  public AugmentedEpoch(Augmentation changes, long seed, int epoch) {
    this(changes, seed, epoch, null);
  }

  /**
   * Changes that may mix examples.
   *
   * @param pool what training examples are mixed with: training examples
   */
  public static AugmentedEpoch of(Augmentation changes, long seed, int epoch, int[] pool) {
    return new AugmentedEpoch(
        changes,
        seed,
        epoch,
        changes.mixup() > 0 ? new Mixup(changes.mixup(), pool, seed, epoch) : null);
  }
}
