package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.EarlyStopping;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which epoch of a run counts, where it may end early. All that decides is in the run's folder: the
 * log of its epochs, and a copy of the checkpoint after the best of them; so a run that is killed
 * and resumed decides as one that was not.
 */
final class BestEpoch {

  private final RunFolder folder;
  private final RunRecord record;
  private final EarlyStopping rule;
  private final int from;
  private final Architecture architecture;

  /**
   * The rule of a run.
   *
   * @param from the first epoch, from 1, that may be the best
   */
  BestEpoch(RunFolder folder, RunRecord record, int from, Architecture architecture) {
    this.folder = folder;
    this.record = record;
    this.rule = record.spec().training().earlyStopping();
    this.from = from;
    this.architecture = architecture;
  }

  /**
   * Whether the run ends here. Keeps the checkpoint of an epoch that is over and the best so far.
   *
   * @param position where the run is, and its last checkpoint
   */
  boolean ends(Position position) throws IOException {
    if (!rule.on() || position.epoch() == 0 || position.stepInEpoch() > 0) {
      return false;
    }
    Integer best = best();
    if (best == null) {
      return false;
    }
    if (best == position.epoch()) {
      AtomicFile.writeBytes(folder.bestCheckpoint(), Files.readAllBytes(folder.checkpoint()));
    }
    return position.epoch() - best >= rule.patience();
  }

  /** Puts the best epoch in the place of the last, if they differ. */
  void restore(Position position, TrainingListener listener) throws IOException {
    Integer best = rule.on() ? best() : null;
    if (best != null && best != position.epoch() && Files.exists(folder.bestCheckpoint())) {
      Checkpoint.read(folder.bestCheckpoint())
          .requireOf(record); // Before it takes another's place.
      AtomicFile.writeBytes(folder.checkpoint(), Files.readAllBytes(folder.bestCheckpoint()));
      listener.kept(best, position.epoch());
    }
  }

  /** The first of the best epochs that count; null while there is none. */
  private @Nullable Integer best() throws IOException {
    List<EpochMetrics> epochs = MetricsLog.read(folder.metrics(), architecture);
    Integer best = null;
    double least = Double.POSITIVE_INFINITY;
    for (EpochMetrics each : epochs) {
      double value = value(each);
      if (each.epoch() >= from && (best == null || value < least)) {
        best = each.epoch();
        least = value;
      }
    }
    return best;
  }

  /** What an epoch is judged by: as pruned, where the method prunes. */
  private double value(EpochMetrics epoch) {
    Score score = epoch.prunedValidation() == null ? epoch.validation() : epoch.prunedValidation();
    if (score == null) {
      return Double.POSITIVE_INFINITY;
    }
    double value =
        switch (rule.measure()) {
          case LOSS -> score.nll();
          case ERROR ->
              score.labelled()
                  ? score.errorPercent()
                  : score.worstRelativeError().orElse(Double.POSITIVE_INFINITY);
        };
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }
}
