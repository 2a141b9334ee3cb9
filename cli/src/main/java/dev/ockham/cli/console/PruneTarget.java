package dev.ockham.cli.console;

import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.SpecException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a run's weights to remove. */
public final class PruneTarget {

  @Option(
      names = "--threshold",
      paramLabel = "T",
      description = "Remove weights with a score >= T; most methods' is log alpha.")
  private @Nullable Double threshold;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = "Remove this fraction of all weights, 0 to 1, highest scores first.")
  private @Nullable Double sparsity;

  /** The option that is given; empty if none is. */
  public String given() {
    return threshold != null ? "--threshold" : sparsity != null ? "--sparsity" : "";
  }

  /**
   * Which weights stay; at the run's own threshold if nothing is given.
   *
   * @throws SpecException if the value is out of range
   * @throws RunException if the run's method has no scores to choose by
   */
  public Mask.Selection select(Snapshot snapshot) throws RunException {
    if (sparsity != null) {
      if (!(sparsity >= 0 && sparsity <= 1)) {
        throw new SpecException("--sparsity is %s; it must be from 0 to 1".formatted(sparsity));
      }
      return snapshot.masksTo(sparsity);
    }
    double chosen = threshold == null ? snapshot.threshold() : threshold;
    if (Double.isNaN(chosen)) {
      throw new SpecException("--threshold is NaN; it must be a number");
    }
    if (threshold != null) {
      snapshot.requireScores();
    }
    return new Mask.Selection(snapshot.masksAt(chosen), (float) chosen);
  }
}
