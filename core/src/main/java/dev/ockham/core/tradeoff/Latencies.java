package dev.ockham.core.tradeoff;

import dev.ockham.core.goal.Latency;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How long one example takes, of each network of a run's {@link TradeOff}. Measured once and kept
 * in {@code latency.json}, apart from what is the same each time.
 *
 * @param seconds one for each point, on one thread
 */
public record Latencies(List<Double> seconds) {

  /** Copies the list. */
  public Latencies {
    seconds = List.copyOf(seconds);
  }

  /**
   * Measures the networks of a curve, one after the other.
   *
   * @return empty where a network has several inputs or outputs
   */
  public static Optional<Latencies> measure(PointMeasure measure, TradeOff curve)
      throws RunException {
    var graph = measure.snapshot().architecture().graph();
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      return Optional.empty();
    }
    List<Double> seconds = new ArrayList<>();
    for (CurvePoint point : curve.points()) {
      seconds.add(
          Latency.seconds(
              measure.shipped(point.masks(measure.snapshot()), point.threshold()).model()));
    }
    return Optional.of(new Latencies(seconds));
  }

  /** Keeps it beside the run, whole or not at all. */
  public void write(RunFolder run) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seconds", seconds);
    MeasuredFile.write(run.latencies(), MeasuredFile.weights(run), map);
  }

  /**
   * What is kept beside a run.
   *
   * @param points of its curve
   * @return empty where it was not measured, or of another curve
   */
  public static Optional<Latencies> read(RunFolder run, int points) throws IOException {
    return MeasuredFile.read(run.latencies(), run, Latencies::of)
        .filter(read -> read.seconds.size() == points);
  }

  private static Latencies of(JsonNode tree) {
    List<Double> seconds = new ArrayList<>();
    tree.get("seconds").forEach(each -> seconds.add(each.asDouble()));
    return new Latencies(seconds);
  }
}
