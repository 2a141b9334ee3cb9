package dev.ockham.core.spec;

import java.util.List;
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
 * <p>With a {@code sparsity}, that fraction of the network's weights goes by {@code until}, those
 * with the highest scores, whatever these are; before, the fraction grows by the cubic schedule of
 * {@link PruningSpec}. What is past the method's threshold goes at the end, too, so that more may
 * be gone than was asked for.
 *
 * @param first threshold at the start, natural log where the score is log α; the method's own where
 *     that is higher
 * @param from fraction of the noisy epochs at which weights begin to go, in [0, 1]; 1 is never
 * @param until fraction at which the threshold or the sparsity arrives, in [from, 1]
 * @param sparsity fraction of all weights to remove, in [0, 1), biases not counted; 0 leaves it to
 *     the threshold
 * @param most share of some weights that may go so at most, by name; see {@link Ceilings}
 */
public record GradualPruning(
    @Doc("Threshold at its start; it falls to method.threshold.") double first,
    @Doc("Fraction of the noisy epochs at which weights begin to go; 1 is never.") double from,
    @Doc("Fraction of the noisy epochs at which the threshold, or the sparsity, arrives.")
        double until,
    @Doc(
            value = "Fraction of all weights to remove by then; 0 leaves it to the threshold.",
            unrecorded = "0.0")
        double sparsity,
    @Doc(
            value = "Share that may go so at most, by name: 'conv1=0.5,block1.*=0.9'.",
            unrecorded = NamePatterns.NONE)
        String most) {

  private static final String MOST = "training.gradual_pruning.most";

  /** Where the threshold starts unless said otherwise. */
  static final double FIRST = 3;

  /** One without ceilings. */
  public GradualPruning(double first, double from, double until, double sparsity) {
    this(first, from, until, sparsity, NamePatterns.NONE);
  }

  /** Checks the ranges, and that nothing is set of what never happens. */
  public GradualPruning {
    Require.finite("training.gradual_pruning.first", first);
    Require.between("training.gradual_pruning.from", from, 0, 1);
    if (from == 1) {
      requireDefault("until", until, 1);
      requireDefault("first", first, FIRST);
      requireDefault("sparsity", sparsity, 0);
    }
    Require.between("training.gradual_pruning.until", until, from, 1);
    Require.between("training.gradual_pruning.sparsity", sparsity, 0, Math.nextDown(1.0));
    if (sparsity > 0 && first != FIRST) {
      throw new SpecException(
          ("training.gradual_pruning.first is %s, but no threshold falls where"
                  + " training.gradual_pruning.sparsity, %s, says how many weights go")
              .formatted(first, sparsity));
    }
    if (!Ceilings.parse(MOST, most).isNone() && sparsity == 0) {
      throw new SpecException(
          "%s is '%s', but training.gradual_pruning.sparsity is 0: nothing goes by rank"
              .formatted(MOST, most));
    }
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
    return new GradualPruning(FIRST, 1, 1, 0);
  }

  /** What {@code most} says. */
  public Ceilings ceilings() {
    return Ceilings.parse(MOST, most);
  }

  /**
   * Checks that there are weights for each pattern of {@code most}.
   *
   * @param weights names of a network's weights
   * @throws SpecException naming the first pattern without any, and the names
   */
  public void requireNames(List<String> weights) {
    ceilings().requireNames(MOST, weights);
  }

  /** Whether weights are ever pruned gradually. */
  public boolean happens() {
    return from < 1;
  }

  /** Whether pruning ends at a sparsity, and not at the method's threshold. */
  public boolean toSparsity() {
    return sparsity > 0;
  }

  /**
   * The threshold at a progress in [0, 1) through the noisy epochs, if weights go by one there.
   *
   * @param last the method's threshold, at which it ends
   */
  public OptionalDouble threshold(double progress, double last) {
    if (progress < from || toSparsity()) {
      return OptionalDouble.empty();
    }
    double start = Math.max(first, last);
    return OptionalDouble.of(
        progress >= until ? last : start + (last - start) * (progress - from) / (until - from));
  }

  /** The sparsity at a progress in [0, 1] through the noisy epochs, if weights go by one there. */
  public OptionalDouble sparsity(double progress) {
    if (progress < from || !toSparsity()) {
      return OptionalDouble.empty();
    }
    double left = progress >= until ? 0 : (until - progress) / (until - from);
    return OptionalDouble.of(PruningSpec.cubic(sparsity, left));
  }
}
