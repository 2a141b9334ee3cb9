package dev.ockham.report.page;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.Latencies;
import dev.ockham.core.tradeoff.Sensitivity;
import dev.ockham.core.tradeoff.TradeOff;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Curves beside a run's folder, as if they had been measured. */
final class SampleCurves {

  /** Networks of the curve. */
  static final int POINTS = 4;

  private SampleCurves() {}

  static void write(RunFolder folder) throws IOException {
    Snapshot snapshot = Snapshot.read(folder);
    List<CurvePoint> points = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < POINTS; i++) {
      List<Mask> masks =
          i == 0
              ? snapshot.masksAt(snapshot.threshold())
              : snapshot.masksTo(0.9 + 0.03 * i).masks();
      long left = masks.stream().mapToLong(Mask::kept).sum();
      Map<Measure, Double> values = new LinkedHashMap<>();
      values.put(Measure.of(Kind.WEIGHTS), (double) left);
      values.put(Measure.of(Kind.FILE), 2.0 * left);
      values.put(Measure.of(Kind.MACS), 3.0 * left);
      values.put(Measure.of(Kind.ERROR), 2.5 + i * i);
      points.add(
          new CurvePoint(
              i == 0 ? OptionalDouble.empty() : OptionalDouble.of(0.9 + 0.03 * i),
              3,
              values,
              i == POINTS - 1 ? List.of("shirt", "<coat>") : List.of(),
              List.of(784, 20),
              3 * left,
              OptionalDouble.empty()));
      seconds.add(1e-5 / (i + 1));
    }
    new TradeOff("validation", 6000, "float32", points).write(folder);
    new Latencies(seconds).write(folder);
    List<Sensitivity.LayerCurve> layers = new ArrayList<>();
    for (int i = 0; i < snapshot.layers().size(); i++) {
      layers.add(
          new Sensitivity.LayerCurve(
              snapshot.layers().get(i).weights().name(),
              1000,
              100,
              List.of(
                  new Sensitivity.Point(0.95, 2.6 + i, 900),
                  new Sensitivity.Point(0.98, 3 + 5.0 * i, 800))));
    }
    new Sensitivity("validation", 6000, "error", 2.5, layers).write(folder);
  }
}
