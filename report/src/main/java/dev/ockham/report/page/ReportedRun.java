package dev.ockham.report.page;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Images;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a run say about it.
 *
 * @param title what the page calls the run
 * @param record its {@code run.json}
 * @param architecture its network
 * @param epochs its {@code metrics.jsonl}, in order
 * @param snapshot its weights; null while there is no checkpoint
 * @param outcome what they are worth; null without a checkpoint
 * @param quality how good they are class by class; null where that was not measured
 * @param curves what it costs to prune it further, as far as that was measured
 */
public record ReportedRun(
    String title,
    RunRecord record,
    Architecture architecture,
    List<EpochMetrics> epochs,
    @Nullable Snapshot snapshot,
    @Nullable Outcome outcome,
    @Nullable MeasuredQuality quality,
    MeasuredCurves curves) {

  private static final Images NO_IMAGES = Images.copyOf(1, 1, 1, new byte[0], new byte[0]);

  public ReportedRun {
    epochs = List.copyOf(epochs);
  }

  /**
   * Reads a run in any state.
   *
   * @throws IOException naming the file and the place that cannot be understood
   */
  public static ReportedRun read(String title, RunFolder folder) throws IOException {
    RunRecord record = RunRecord.read(folder);
    Snapshot snapshot = null;
    Outcome outcome = record.outcome();
    if (Files.exists(folder.checkpoint())) {
      snapshot = Snapshot.of(folder, record, Checkpoint.read(folder));
    }
    Architecture architecture = folder.architecture(record.spec());
    List<EpochMetrics> epochs = MetricsLog.read(folder.metrics(), architecture);
    if (outcome == null && snapshot != null) {
      outcome = soFar(record, snapshot, epochs);
    }
    return new ReportedRun(
        title,
        record,
        architecture,
        epochs,
        snapshot,
        outcome,
        MeasuredQuality.read(folder, record),
        MeasuredCurves.read(folder));
  }

  /**
   * This run, measured anew.
   *
   * @param judge what its outputs are compared with
   * @param names of classes, labels or numbers; none where they are not known
   * @param split name of the images
   * @param images what to predict
   * @param threads cores to use; the result does not depend on it
   * @throws RunException if it has no checkpoint yet
   */
  public ReportedRun measuredOn(
      Judge judge, List<String> names, String split, Examples images, int threads)
      throws RunException {
    if (snapshot == null) {
      throw new RunException(title + " has no checkpoint yet, so there is nothing to measure");
    }
    ModelFile pruned = pruned(record, snapshot);
    return new ReportedRun(
        title,
        record,
        architecture,
        epochs,
        snapshot,
        Outcome.measure(snapshot, pruned, judge, split, images, threads),
        MeasuredQuality.measure(snapshot, pruned, judge, names, split, images, threads),
        curves);
  }

  /** Whether the method says which weights may go. */
  boolean hasKl() {
    return record.spec().method().method().hasKl();
  }

  /** Whether it learns numbers: those of a teacher, or of the data. */
  boolean taught() {
    return loss() == LossKind.TEACHER || loss().ofNumbers();
  }

  /** What it makes small. */
  LossKind loss() {
    return record.spec().training().loss();
  }

  /** Whether the mean loss of its training examples is an NLL. */
  boolean likelihood() {
    return record.spec().pseudoLikelihood().isEmpty();
  }

  /** Whether its predictions are compared with labels. */
  boolean labelled() {
    Lesson lesson = record.lesson();
    return lesson == null ? !loss().ofNumbers() : lesson.labels();
  }

  boolean prunes() {
    return record.spec().method().method().prunes();
  }

  /** Sizes as of the last checkpoint, scores as of the last epoch. */
  private static Outcome soFar(RunRecord record, Snapshot snapshot, List<EpochMetrics> epochs) {
    Outcome sizes =
        Outcome.measure(
            snapshot, pruned(record, snapshot), new Judge.Labels(), "validation", NO_IMAGES, 1);
    if (epochs.isEmpty()) {
      return sizes;
    }
    EpochMetrics last = epochs.getLast();
    List<Outcome.Row> rows =
        sizes.rows().stream()
            .map(row ->
                new Outcome.Row(
                    row.form(), score(row.form(), last), row.nonzeroWeights(), row.bytes()))
            .toList();
    return new Outcome(
        "validation",
        last.validation() == null ? 0 : record.data().validation(),
        sizes.weights(),
        rows);
  }

  private static ModelFile pruned(RunRecord record, Snapshot snapshot) {
    return record.modelFile(snapshot.pruned(snapshot.masksAt(snapshot.threshold())));
  }

  private static EpochMetrics.@Nullable Score score(Outcome.Form form, EpochMetrics last) {
    return switch (form) {
      case DENSE -> last.validation();
      case MASKED -> last.prunedValidation();
      case PRUNED -> null;
    };
  }
}
