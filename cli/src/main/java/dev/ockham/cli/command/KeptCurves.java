package dev.ockham.cli.command;

import dev.ockham.cli.console.FileBits;
import dev.ockham.cli.console.RunPages;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.tradeoff.Latencies;
import dev.ockham.core.tradeoff.PointMeasure;
import dev.ockham.core.tradeoff.TradeOff;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The curves of runs, each measured once and then kept in its folder, where the run's page shows
 * it.
 *
 * @param data what the runs were trained on
 * @param bits of each weight in the files
 * @param timed whether latencies are measured as well
 * @param threads cores to use; no result depends on it
 * @param err hears what is measured
 */
record KeptCurves(Dataset data, FileBits bits, boolean timed, int threads, PrintWriter err) {

  /**
   * A curve.
   *
   * @param tradeOff on validation examples
   * @param latencies of its networks; null where they were not measured
   */
  record Curve(TradeOff tradeOff, @Nullable Latencies latencies) {}

  /** The curve of a run: the one that is kept if it is of these bits, else measured now. */
  Curve of(TrainedRun run) throws IOException {
    RunFolder folder = run.folder();
    TradeOff tradeOff =
        TradeOff.read(folder).filter(kept -> kept.bits().equals(bits.text())).orElse(null);
    boolean known = tradeOff != null;
    PointMeasure measure = null;
    if (tradeOff == null) {
      say(run);
      measure = validation(run);
      tradeOff = TradeOff.measure(measure, bits.text());
      tradeOff.write(folder);
    }
    Optional<Latencies> latencies =
        known ? Latencies.read(folder, tradeOff.points().size()) : Optional.empty();
    boolean changed = !known;
    if (latencies.isEmpty() && timed) {
      latencies = Latencies.measure(measure == null ? validation(run) : measure, tradeOff);
      if (latencies.isPresent()) {
        latencies.get().write(folder);
        changed = true;
      }
    }
    if (changed) {
      var _ = RunPages.write(folder, err);
    }
    return new Curve(tradeOff, latencies.orElse(null));
  }

  private void say(TrainedRun run) {
    err.println("frontier: measuring " + run.folder().root());
    err.flush();
  }

  private PointMeasure validation(TrainedRun run) throws IOException {
    return PointMeasure.of(
        run,
        MeasuredQuality.names(data),
        "validation",
        run.validation(data),
        bits.parsed(),
        threads);
  }

  /** What measures a run on test examples. */
  PointMeasure test(TrainedRun run) throws IOException {
    return PointMeasure.of(
        run, MeasuredQuality.names(data), "test", data.test(), bits.parsed(), threads);
  }
}
