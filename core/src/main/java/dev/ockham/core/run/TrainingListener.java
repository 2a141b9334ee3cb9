package dev.ockham.core.run;

import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import java.util.List;
import java.util.function.Consumer;

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
      public void scheduled(RunSpec spec) {
        told.forEach(listener -> listener.scheduled(spec));
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

      @Override
      public void losesMore(double points) {
        told.forEach(listener -> listener.losesMore(points));
      }

      @Override
      public void kept(int best, int last) {
        told.forEach(listener -> listener.kept(best, last));
      }

      @Override
      public void noticed(String what) {
        told.forEach(listener -> listener.noticed(what));
      }
    };
  }

  /**
   * Says how a run goes in a line for each epoch, as in {@code
   * TrainingListener.lines(System.out::println)}.
   *
   * @param to is given each line
   */
  static TrainingListener lines(Consumer<String> to) {
    return new TrainingListener() {
      private int epochs;

      @Override
      public void started(Position from, int all, int stepsPerEpoch) {
        epochs = all;
      }

      @Override
      public void epochDone(EpochMetrics metrics) {
        to.accept(metrics.line(epochs));
      }

      @Override
      public void collapsed(String layer, int epoch) {
        to.accept("epoch %s: no path through layer '%s' is left".formatted(epoch, layer));
      }

      @Override
      public void kept(int best, int last) {
        to.accept("epoch %s of %s is the best, and kept".formatted(best, last));
      }

      @Override
      public void noticed(String what) {
        to.accept(what);
      }
    };
  }

  /** A new run begins with trained weights; before {@link #started}. */
  default void startsFrom(TrainedWeights weights) {}

  /**
   * The schedule of a new run was left to its data; before {@link #started}.
   *
   * @param spec with the numbers that were chosen
   */
  default void scheduled(RunSpec spec) {}

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

  /**
   * The first stage of fine-tuning ends, and validation examples do not show that pruning costs no
   * more than was asked for. The run ends with it.
   *
   * @param points what it may cost, as {@link dev.ockham.core.spec.FineTune#mostLoss}
   */
  default void losesMore(double points) {}

  /**
   * The run has ended, early or not, and an epoch before its last one was the best: that is the one
   * that counts.
   *
   * @param best the epoch, from 1
   * @param last the last one, from 1
   */
  default void kept(int best, int last) {}

  /**
   * Something about the run or its files is not as it should be, and training goes on: a class
   * without examples, a network at chance, a damaged checkpoint.
   *
   * @param what in one line, with the file, or with what to try
   */
  default void noticed(String what) {}
}
