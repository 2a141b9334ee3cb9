package dev.ockham.cli.reproduce;

import org.jspecify.annotations.Nullable;

/**
 * A row of a published table.
 *
 * @param source where it stands
 * @param errorPercent test error, in percent; null where the source gives none
 * @param compression weights over weights left, biases not counted; null where the source gives
 *     none, +∞ for the empty network
 */
public record Published(
    String source, @Nullable Double errorPercent, @Nullable Double compression) {

  /** Whether the mean of the seeds is no less compressed; the empty network is that of each. */
  boolean hasCompressionOf(ReproductionResult result) {
    return compression == null
        || (Double.isFinite(compression)
            ? result.mean(SeedResult::compression) >= compression
            : result.allEmpty());
  }

  /** Whether the mean of the seeds is no worse in anything that was published. */
  public boolean isReachedBy(ReproductionResult result) {
    return hasCompressionOf(result)
        && (errorPercent == null || result.mean(SeedResult::errorPercent) <= errorPercent);
  }
}
