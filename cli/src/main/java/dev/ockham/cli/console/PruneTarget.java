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

  @Option(
      names = "--evidence",
      description =
          "Remove what the evidence is higher without: nothing to choose. For Gaussian weights"
              + " (bnn, sparse-vd, ard) and log-normal or Gaussian gates.")
  private boolean evidence;

  /** The option that is given; empty if none is. */
  public String given() {
    if (evidence) {
      return "--evidence";
    }
    return threshold != null ? "--threshold" : sparsity != null ? "--sparsity" : "";
  }

  /** Whether the evidence shall choose. */
  public boolean byEvidence() {
    return evidence;
  }

  /**
   * The sparsity that is asked for; null if none is.
   *
   * @throws SpecException if it is out of range
   */
  public @Nullable Double sparsity() {
    if (sparsity != null && !(sparsity >= 0 && sparsity <= 1)) {
      throw new SpecException("--sparsity is %s; it must be from 0 to 1".formatted(sparsity));
    }
    return sparsity;
  }

  /**
   * Which weights stay; at the run's own threshold if nothing is given.
   *
   * @throws SpecException if the value is out of range
   * @throws RunException if the run's method has no scores to choose by
   */
  public Mask.Selection select(Snapshot snapshot) throws RunException {
    Double wanted = sparsity();
    if (wanted != null) {
      return snapshot.masksTo(wanted);
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
