package dev.ockham.lab.training;

import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Snapshot;

/** Looks at the weights of a run between its epochs. */
@FunctionalInterface
public interface EpochWatcher {

  /**
   * An epoch is done.
   *
   * @param metrics its numbers
   * @param snapshot the weights after it
   */
  void seen(EpochMetrics metrics, Snapshot snapshot);
}
