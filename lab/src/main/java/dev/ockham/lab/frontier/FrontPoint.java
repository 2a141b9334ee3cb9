package dev.ockham.lab.frontier;

import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.ParetoFront;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A network of some run, among those of all runs.
 *
 * @param row its method at one strength
 * @param run its run
 * @param point as it was measured on validation examples
 */
record FrontPoint(Frontier.Row row, MeasuredRun run, CurvePoint point) {

  /** All networks of all runs. */
  static List<FrontPoint> all(Frontier frontier) {
    List<FrontPoint> all = new ArrayList<>();
    for (Frontier.Row row : frontier.rows()) {
      for (MeasuredRun run : row.runs()) {
        run.curve().points().forEach(point -> all.add(new FrontPoint(row, run, point)));
      }
    }
    return all;
  }

  /** Those that no other beats in a size and in quality; the smallest first. */
  static List<FrontPoint> front(Frontier frontier, ToDoubleFunction<FrontPoint> size) {
    return ParetoFront.of(all(frontier), size, each -> each.point().bad());
  }

  /** Seconds for one example; NaN where they were not measured. */
  double seconds() {
    OptionalDouble measured = run.seconds(point);
    return measured.isPresent() ? measured.getAsDouble() : Double.NaN;
  }

  /** What {@code ockham prune} is told to make it, behind the run's folder. */
  String option() {
    if (point.sparsity().isEmpty()) {
      return "";
    }
    return row.contestant().method().structured()
        ? " --threshold " + (float) point.threshold()
        : " --sparsity " + point.sparsity().getAsDouble();
  }

  /** For {@code result.json}. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run.folder());
    json.putAll(point.toMap());
    return json;
  }
}
