package dev.ockham.cli.command;

import dev.ockham.cli.console.Terminal;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.tradeoff.CurvePoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The curve of a run in lines of text. */
final class CurveLines {

  private static final int OPTION = 18;

  private CurveLines() {}

  static List<String> of(Path run, Snapshot snapshot, KeptCurves.Curve curve) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s on %s %s examples, files of --bits %s"
            .formatted(
                run,
                curve.tradeOff().examples(),
                curve.tradeOff().split(),
                curve.tradeOff().bits()));
    long weights = snapshot.architecture().weights();
    for (int i = 0; i < curve.tradeOff().points().size(); i++) {
      CurvePoint point = curve.tradeOff().points().get(i);
      String option = point.option(snapshot);
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s %s %s, %6.2f %% of the weights, %s, %.0f multiply-adds%s%s",
              Terminal.padded(option.isEmpty() ? "own threshold" : option, OPTION),
              point.badness().kind() == Kind.ERROR ? "error" : "RMSE",
              point.badness().show(point.bad()),
              100.0 * point.weights() / weights,
              Measure.of(Kind.FILE).show(point.value(Kind.FILE)),
              point.value(Kind.MACS),
              curve.latencies() == null
                  ? ""
                  : ", " + Measure.of(Kind.LATENCY).show(curve.latencies().seconds().get(i)),
              point.hurt().isEmpty() ? "" : "; worse: " + String.join(", ", point.hurt())));
    }
    lines.add("page: " + new RunFolder(run).report());
    return lines;
  }
}
