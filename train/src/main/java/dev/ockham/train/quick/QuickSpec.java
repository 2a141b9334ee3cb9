package dev.ockham.train.quick;

/**
 * How a trained model is pruned without training.
 *
 * @param fisherExamples examples of each pass that the scores come from, at least 1
 * @param fitExamples examples that layers are refitted on, at least 1
 * @param steps how often weights go, fast at first and slower towards the end; after each the rest
 *     is refitted and scored anew
 * @param refits whether layers are refitted after each step; without, there are plain scores alone
 * @param seed of everything that is drawn
 * @param threads cores to use
 */
public record QuickSpec(
    int fisherExamples, int fitExamples, int steps, boolean refits, long seed, int threads) {

  /** Checks the ranges. */
  public QuickSpec {
    requireAtLeast("fisher examples", fisherExamples, 1);
    requireAtLeast("fit examples", fitExamples, 1);
    requireAtLeast("steps", steps, 1);
    requireAtLeast("threads", threads, 1);
  }

  /** What serves most networks, on all cores. */
  public static QuickSpec defaults() {
    return new QuickSpec(500, 1000, 3, true, 1, Runtime.getRuntime().availableProcessors());
  }

  /** This spec by scores alone: one pass, and nothing is refitted. */
  public QuickSpec plain() {
    return new QuickSpec(fisherExamples, fitExamples, 1, false, seed, threads);
  }

  /**
   * This spec with scores from another number of examples, and layers refitted on twice as many.
   */
  public QuickSpec withExamples(int examples) {
    int twice = (int) Math.min(2L * examples, Integer.MAX_VALUE);
    return new QuickSpec(examples, twice, steps, refits, seed, threads);
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %s, it must be at least %s".formatted(what, value, least));
    }
  }
}
