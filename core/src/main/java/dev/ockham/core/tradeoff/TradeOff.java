package dev.ockham.core.tradeoff;

import dev.ockham.core.prune.Mask;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * One run pruned further and further, without training again. Its folder keeps it in {@code
 * tradeoff.json}.
 *
 * @param split which examples measured it
 * @param examples how many
 * @param bits of each weight in the files, as {@code --bits} is given
 * @param points first the network at the run's own threshold, then those that are smaller; a run
 *     whose method prunes nothing has the first alone
 */
public record TradeOff(String split, long examples, String bits, List<CurvePoint> points) {

  /** Fractions of all weights to go, where a run has not pruned more by itself. */
  public static final List<Double> SPARSITIES =
      List.of(0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995);

  /** Copies the list. */
  public TradeOff {
    points = List.copyOf(points);
  }

  /**
   * Measures a run.
   *
   * @param bits as {@code --bits} is given
   */
  public static TradeOff measure(PointMeasure measure, String bits) throws RunException {
    Snapshot snapshot = measure.snapshot();
    boolean prunes = snapshot.method().prunes();
    Predicted dense = prunes ? measure.dense() : null;
    List<CurvePoint> points = new ArrayList<>();
    double own = snapshot.threshold();
    points.add(measure.point(OptionalDouble.empty(), snapshot.masksAt(own), own, dense));
    long previous = Long.MAX_VALUE;
    for (double sparsity : prunes ? SPARSITIES : List.<Double>of()) {
      Mask.Selection selection = CurvePoint.asked(snapshot, sparsity);
      long left = selection.masks().stream().mapToLong(Mask::kept).sum();
      // A threshold of +∞ means that as many weights are 0 already.
      if (left < previous && left > 0 && selection.threshold() < Float.POSITIVE_INFINITY) {
        points.add(
            measure.point(
                OptionalDouble.of(sparsity), selection.masks(), selection.threshold(), dense));
        previous = left;
      }
    }
    return new TradeOff(measure.split(), measure.examples().count(), bits, points);
  }

  /** The network at the run's own threshold. */
  public CurvePoint own() {
    return points.getFirst();
  }

  /** What is left at a sparsity that was asked for, if the run was not smaller by itself. */
  public Optional<CurvePoint> at(double sparsity) {
    return points.stream()
        .filter(point -> point.sparsity().equals(OptionalDouble.of(sparsity)))
        .findFirst();
  }

  /**
   * The place of the fewest weights among the networks that are good enough; where none is, that of
   * the best one.
   *
   * @param enough most badness, as {@link CurvePoint#bad} counts it
   */
  public int choose(double enough) {
    boolean any = points.stream().anyMatch(point -> point.bad() <= enough);
    int best = -1;
    for (int i = 0; i < points.size(); i++) {
      CurvePoint point = points.get(i);
      if (any && point.bad() > enough) {
        continue;
      }
      boolean better =
          best < 0
              || (any
                  ? point.weights() < points.get(best).weights()
                  : point.bad() < points.get(best).bad());
      best = better ? i : best;
    }
    return best;
  }

  /** The numbers by name, for files and programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("split", split);
    map.put("examples", examples);
    map.put("bits", bits);
    map.put("points", points.stream().map(CurvePoint::toMap).toList());
    return map;
  }

  /** Keeps it beside the run, whole or not at all. */
  public void write(RunFolder run) throws IOException {
    MeasuredFile.write(run.tradeOff(), MeasuredFile.weights(run), toMap());
  }

  /**
   * What is kept beside a run.
   *
   * @return empty where it was not measured, or the run has gone on since
   * @throws RunException if the file is not what was written
   */
  public static Optional<TradeOff> read(RunFolder run) throws IOException {
    return MeasuredFile.read(run.tradeOff(), run, TradeOff::of);
  }

  private static TradeOff of(JsonNode tree) {
    List<CurvePoint> points = new ArrayList<>();
    tree.get("points").forEach(point -> points.add(CurvePoint.of(point)));
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no points");
    }
    return new TradeOff(
        tree.get("split").asString(),
        tree.get("examples").asLong(),
        tree.get("bits").asString(),
        points);
  }
}
