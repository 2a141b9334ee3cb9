package dev.ockham.cli.console;

import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.name.BareName;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.start.Match;
import dev.ockham.core.start.TrainedWeights;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows how a run goes: a bar with the remaining time on a terminal, a line an epoch in a log. */
public final class TrainingProgress implements TrainingListener, AutoCloseable {

  private final String title;
  private final RunSpec spec;
  private final PrintWriter err;
  private final boolean terminal;

  private @Nullable ProgressBar bar;
  private String lastEpoch = "";

  /** Said when training begins: what does not begin has no schedule. */
  private String schedule = "";

  private long began;
  private int firstEpoch;
  private int epochs;

  /**
   * Progress of one run.
   *
   * @param title what is trained, in a word or two
   * @param spec the run
   * @param err where to show it
   */
  public TrainingProgress(String title, RunSpec spec, PrintWriter err) {
    this.title = title;
    this.spec = spec;
    this.err = err;
    this.terminal = Terminal.interactive();
  }

  @Override
  public void startsFrom(TrainedWeights weights) {
    err.printf(
        "%s: starts from %s, sha256 %s, at a learning rate of %s%n",
        title, weights.source(), weights.sha256(), spec.training().learningRate().initial());
    if (!weights.matches().isEmpty()) {
      Match.table(weights.matches()).forEach(line -> err.printf("  %s%n", line));
    }
    weights.notes().forEach(note -> err.printf("%s: %s%n", title, note));
    err.flush();
  }

  @Override
  public void scheduled(RunSpec stated) {
    TrainingSpec training = stated.training();
    schedule =
        ("%s: schedule by data and network: %s epochs, %s of them without noise, %s to fine-tune in"
                + " stages of %s; beta %s, sparsity %s")
            .formatted(
                title,
                training.epochs(),
                training.pretrainEpochs(),
                training.fineTune().epochs(),
                training.fineTune().epochsPerStage(),
                training.klWeight().last(),
                training.gradualPruning().sparsity());
  }

  @Override
  public void losesMore(double points) {
    err.printf(
        "%s: validation examples do not show that pruning costs at most %s points; a lower"
            + " training.gradual_pruning.sparsity, or more epochs, may%n",
        title, points);
    err.flush();
  }

  @Override
  public void started(Position from, int allEpochs, int stepsPerEpoch) {
    began = System.nanoTime();
    firstEpoch = from.epoch();
    epochs = allEpochs;
    if (!schedule.isEmpty()) {
      err.println(schedule);
    }
    if (from.step() > 0) {
      err.printf("%s: going on at epoch %s, step %s%n", title, from.epoch() + 1, from.step());
    } else {
      err.printf(
          "%s: a new run, %s on %s, %s epochs%n",
          title,
          NetworkSource.title(spec.architecture()),
          BareName.of(spec.data().name()),
          allEpochs);
      if (!spec.pseudoLikelihood().isEmpty()) {
        err.printf(
            "%s: the loss is a pseudo-likelihood, by %s%n",
            title, String.join(", ", spec.pseudoLikelihood()));
      }
    }
    if (terminal) {
      bar = Terminal.bar(title, (long) allEpochs * stepsPerEpoch, from.step());
    }
    err.flush();
  }

  @Override
  public void stepped(Position position) {
    if (bar != null) {
      bar.stepTo(position.step());
      bar.setExtraMessage(lastEpoch);
    }
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    String error = metrics.validation() == null ? "" : "  val " + quality(shown(metrics));
    boolean prunes = spec.method().method().prunes();
    String size = prunes ? "  " + Terminal.times(metrics.compression()) : "";
    String units = prunes ? "  units " + metrics.unitsInTraining() : "";
    // The bar has room for the two numbers that decide.
    lastEpoch =
        error.isEmpty()
            ? String.format(Locale.ROOT, " %s %.3f", metrics.mean(), metrics.nll())
            : error + size;
    if (!terminal) {
      err.printf(
          Locale.ROOT,
          "%s: epoch %d/%d  %s %.4f  kl %.0f  beta %.3f%s%s%s  %.1f s  (%s left)%n",
          title,
          metrics.epoch(),
          epochs,
          metrics.mean(),
          metrics.nll(),
          metrics.klNats(),
          metrics.beta(),
          error,
          size,
          units,
          metrics.seconds(),
          left(metrics.epoch()));
      err.flush();
    }
  }

  /** The error, if there are labels, and with a teacher how much of its outputs is missed. */
  private static String quality(EpochMetrics.Score score) {
    List<String> parts = new ArrayList<>();
    if (score.labelled()) {
      parts.add(String.format(Locale.ROOT, "%.2f %%", score.errorPercent()));
    }
    if (!score.relativeErrors().isEmpty()) {
      double worst = score.relativeErrors().values().stream().reduce(0.0, Math::max);
      parts.add(String.format(Locale.ROOT, "1-R2 %.4f", worst));
    }
    return String.join("  ", parts);
  }

  /** What would be shipped, where the method prunes. */
  private static EpochMetrics.Score shown(EpochMetrics metrics) {
    EpochMetrics.Score pruned = metrics.prunedValidation();
    return pruned == null ? Objects.requireNonNull(metrics.validation()) : pruned;
  }

  private String left(int epoch) {
    long perEpoch = (System.nanoTime() - began) / Math.max(1, epoch - firstEpoch);
    Duration rest = Duration.ofNanos(perEpoch * (epochs - epoch));
    return rest.toHours() > 0
        ? String.format(Locale.ROOT, "%d h %02d min", rest.toHours(), rest.toMinutesPart())
        : rest.toMinutes() > 0
            ? String.format(Locale.ROOT, "%d min %02d s", rest.toMinutes(), rest.toSecondsPart())
            : rest.toSeconds() + " s";
  }

  @Override
  public void collapsed(String layer, int epoch) {
    err.printf(
        "%s: after epoch %s no path through layer '%s' is left; going on as asked%n",
        title, epoch, layer);
    err.flush();
  }

  @Override
  public void kept(int best, int last) {
    err.printf("%s: epoch %s of %s is the best on validation, and kept%n", title, best, last);
    err.flush();
  }

  @Override
  public void noticed(String what) {
    err.printf("%s: %s%n", title, what);
    err.flush();
  }

  /** Says that the event files end here; the run goes on without them. */
  public void eventsFailed(IOException reason) {
    err.printf(
        "%s: no more events for TensorBoard, training goes on: %s%n", title, Mistakes.line(reason));
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
