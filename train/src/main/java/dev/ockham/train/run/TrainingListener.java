package dev.ockham.train.run;

import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;

/** Is told how a run goes, on the training thread; it should return quickly. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Training begins, or goes on.
   *
   * @param from where; {@link Position#START} for a new run
   * @param epochs epochs of the whole run
   * @param stepsPerEpoch steps of each
   */
  default void started(Position from, int epochs, int stepsPerEpoch) {}

  /** A step is done. */
  default void stepped(Position position) {}

  /** An epoch is done, and saved. */
  default void epochDone(EpochMetrics metrics) {}

  /** A layer has lost its last path, and training goes on because the spec says so. */
  default void collapsed(String layer, int epoch) {}
}
