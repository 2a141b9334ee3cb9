package dev.ockham.train.pass;

/** What the batch norms of a network, and those within its gates, normalise by in one pass. */
public sealed interface Norms {

  /** Mean and variance of the rows of the pass itself, as in training. */
  record OfBatch() implements Norms {}

  /** Statistics that are known. */
  record Fixed(NormStatistics statistics) implements Norms {}

  /**
   * Those of the rows of the pass, worked out in double and written down; each batch norm sees what
   * the ones before it make of theirs.
   */
  record Recorded(NormStatistics statistics) implements Norms {}
}
