package dev.ockham.core.spec;

import java.util.OptionalDouble;

/**
 * Pruning bit by bit while there is noise, so that weights that stay can take over what goes.
 *
 * <p>Before each epoch from a fraction {@code from} of the noisy epochs on, weights whose score is
 * at or above a threshold are set to 0. The threshold falls in proportion to progress, from {@code
 * first} to the method's own at {@code until}. Variances and the optimiser's moments stay, so a
 * weight may come back within the epoch, and is judged anew before the next; a unit that has lost
 * all of its weights leaves for good where the network shrinks.
 *
 * @param first threshold at the start, natural log where the score is log α; the method's own where
 *     that is higher
 * @param from fraction of the noisy epochs at which weights begin to go, in [0, 1]; 1 is never
 * @param until fraction at which the threshold arrives, in [from, 1]
 */
public record GradualPruning(
    @Doc("Threshold at its start; it falls to method.threshold.") double first,
    @Doc("Fraction of the noisy epochs at which weights begin to go; 1 is never.") double from,
    @Doc("Fraction of the noisy epochs at which the threshold arrives.") double until) {

  /** Where the threshold starts unless said otherwise. */
  static final double FIRST = 3;

  /** Checks the ranges, and that nothing is set of what never happens. */
  public GradualPruning {
    Require.finite("training.gradual_pruning.first", first);
    Require.between("training.gradual_pruning.from", from, 0, 1);
    if (from == 1) {
      requireDefault("until", until, 1);
      requireDefault("first", first, FIRST);
    }
    Require.between("training.gradual_pruning.until", until, from, 1);
  }

  private static void requireDefault(String leaf, double value, double standard) {
    if (value != standard) {
      throw new SpecException(
          "training.gradual_pruning.%s is %s, but training.gradual_pruning.from is 1: never"
              .formatted(leaf, value));
    }
  }

  /** None. */
  static GradualPruning defaults() {
    return new GradualPruning(FIRST, 1, 1);
  }

  /** Whether it ever prunes. */
  public boolean happens() {
    return from < 1;
  }

  /**
   * The threshold at a progress in [0, 1) through the noisy epochs, if weights go there.
   *
   * @param last the method's threshold, at which it ends
   */
  public OptionalDouble at(double progress, double last) {
    if (progress < from) {
      return OptionalDouble.empty();
    }
    double start = Math.max(first, last);
    return OptionalDouble.of(
        progress >= until ? last : start + (last - start) * (progress - from) / (until - from));
  }
}
