package dev.ockham.core.run;

import dev.ockham.core.start.TrainedWeights;
import java.util.List;

/** Is told how a run goes, on the training thread; it should return quickly. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /** Tells several listeners, in their order. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> told = List.of(listeners);
    return new TrainingListener() {
      @Override
      public void startsFrom(TrainedWeights weights) {
        told.forEach(listener -> listener.startsFrom(weights));
      }

      @Override
      public void started(Position from, int epochs, int stepsPerEpoch) {
        told.forEach(listener -> listener.started(from, epochs, stepsPerEpoch));
      }

      @Override
      public void stepped(Position position) {
        told.forEach(listener -> listener.stepped(position));
      }

      @Override
      public void epochDone(EpochMetrics metrics) {
        told.forEach(listener -> listener.epochDone(metrics));
      }

      @Override
      public void collapsed(String layer, int epoch) {
        told.forEach(listener -> listener.collapsed(layer, epoch));
      }
    };
  }

  /** A new run begins with trained weights; before {@link #started}. */
  default void startsFrom(TrainedWeights weights) {}

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

  /** An epoch is done, and its checkpoint is in the run folder. */
  default void epochDone(EpochMetrics metrics) {}

  /** A layer has lost its last path, and training goes on because the spec says so. */
  default void collapsed(String layer, int epoch) {}
}
