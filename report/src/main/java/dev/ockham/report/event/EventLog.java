package dev.ockham.report.event;

import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes how a run goes into event files in its folder, for TensorBoard: after each epoch the
 * numbers of {@link EpochMetrics} and a histogram of scores, such as log α, per layer, and about
 * ten times in a run a picture of the first layer's weights.
 *
 * <p>The step of an event is the number of optimiser steps since the run began, as TensorBoard's
 * users expect; curves of runs with other batch sizes then lie over each other. The number of the
 * epoch is a curve of its own, {@code train/epoch}.
 *
 * <p><b>Resuming.</b> Training goes on at its last checkpoint and makes every later step again, so
 * whatever event files say of later steps must not be shown twice. They are not rewritten. Each
 * start that ends an epoch opens a new file whose first event says {@code brain.Event:2} and whose
 * second is a {@code SessionLog} with status START at the first step that is to come. At such an
 * event TensorBoard forgets all that earlier files have at this step or later ({@code
 * EventAccumulator._CheckForRestartAndMaybePurge}); TensorFlow's own {@code Supervisor} begins its
 * files so. Events of the last checkpoint's own step stay.
 *
 * <p>Each epoch is one record, written at once after the epoch's checkpoint, and no file stays
 * open: a run that is killed lacks at most the events of the epoch that it just ended.
 *
 * <p><b>Errors.</b> Events are a convenience. The first failure is handed to whoever made the log;
 * after it, nothing more is written until the run is started again, and training goes on.
 */
public final class EventLog implements TrainingListener {

  private static final String FILE_VERSION = "brain.Event:2";

  /** Pictures are most of an event file. */
  private static final int PICTURES_PER_RUN = 10;

  private final RunFolder folder;
  private final Consumer<IOException> failed;
  private final Clock clock;
  private @Nullable EventFile file;
  private boolean gaveUp;
  private long firstStep;
  private int epochs;

  /**
   * The log of one run.
   *
   * @param folder the run that is heard
   * @param failed told once if the events cannot be written
   */
  public EventLog(RunFolder folder, Consumer<IOException> failed) {
    this(folder, failed, Clock.systemUTC());
  }

  EventLog(RunFolder folder, Consumer<IOException> failed, Clock clock) {
    this.folder = folder;
    this.failed = failed;
    this.clock = clock;
  }

  @Override
  public void started(Position from, int allEpochs, int stepsPerEpoch) {
    epochs = allEpochs;
    firstStep = from.step() + 1;
    file = null; // made when there is something to say
    gaveUp = false;
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    if (gaveUp) {
      return;
    }
    try {
      List<SummaryValue> values = new ArrayList<>(scalars(metrics));
      Snapshot snapshot = Snapshot.read(folder);
      for (Snapshot.Layer layer : snapshot.layers()) {
        float[] scores = layer.logAlpha();
        if (scores != null) {
          values.add(
              new SummaryValue.Distribution(
                  snapshot.method().score().tag() + "/" + layer.weights().name(),
                  Histogram.of(scores)));
        }
      }
      if (isPictured(metrics.epoch())) {
        FilterPicture.of(snapshot)
            .ifPresent(picture ->
                values.add(
                    new SummaryValue.Picture(
                        "weights/" + snapshot.layers().getFirst().weights().name(), picture)));
      }
      if (file == null) {
        file = EventFile.create(folder, clock.instant().getEpochSecond());
        append(file, new Event.FileVersion(FILE_VERSION), 0);
        append(file, new Event.SessionStart(), firstStep);
      }
      append(file, new Event.Summary(values), metrics.step());
    } catch (IOException e) {
      gaveUp = true;
      failed.accept(e);
    }
  }

  private boolean isPictured(int epoch) {
    int every = Math.max(1, Math.ceilDiv(epochs, PICTURES_PER_RUN));
    return epoch == 1 || epoch == epochs || epoch % every == 0;
  }

  private static List<SummaryValue> scalars(EpochMetrics metrics) {
    List<SummaryValue> values = new ArrayList<>();
    values.add(new SummaryValue.Scalar("train/" + metrics.mean(), metrics.nll()));
    values.add(new SummaryValue.Scalar("train/kl", metrics.klNats()));
    values.add(new SummaryValue.Scalar("train/beta", metrics.beta()));
    values.add(new SummaryValue.Scalar("train/learning_rate", metrics.learningRate()));
    values.add(new SummaryValue.Scalar("train/epoch", metrics.epoch()));
    values.add(new SummaryValue.Scalar("train/seconds", metrics.seconds()));
    addScore("validation", metrics.validation(), values);
    addScore("pruned_validation", metrics.prunedValidation(), values);
    values.add(new SummaryValue.Scalar("sparsity/all", metrics.sparsity()));
    for (EpochMetrics.LayerCount layer : metrics.layers()) {
      values.add(new SummaryValue.Scalar("sparsity/" + layer.name(), layer.sparsity()));
    }
    values.add(new SummaryValue.Scalar("size/compression", metrics.compression()));
    return values;
  }

  private static void addScore(
      String group, EpochMetrics.@Nullable Score score, List<SummaryValue> values) {
    if (score != null) {
      if (score.labelled()) {
        values.add(new SummaryValue.Scalar(group + "/error_percent", score.errorPercent()));
      }
      values.add(new SummaryValue.Scalar(group + "/" + score.loss().mean(), score.nll()));
      score
          .rmse()
          .forEach((output, error) ->
              values.add(new SummaryValue.Scalar(group + "/rmse/" + output, error)));
      score
          .relativeErrors()
          .forEach((output, error) ->
              values.add(new SummaryValue.Scalar(group + "/relative_error/" + output, error)));
    }
  }

  private void append(EventFile to, Event event, long step) throws IOException {
    Instant now = clock.instant();
    to.append(event.encoded(now.getEpochSecond() + now.getNano() / 1e9, step));
  }
}
