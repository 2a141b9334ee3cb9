package dev.ockham.lab.frontier;

import dev.ockham.core.run.RunException;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.Latencies;
import dev.ockham.core.tradeoff.PointMeasure;
import dev.ockham.core.tradeoff.TradeOff;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one run gives at its own threshold and at others. The others are looked at with validation
 * examples alone; one of them is chosen, and it and the run's own are measured once on test
 * examples.
 *
 * @param seed of the run
 * @param folder name of the run's folder
 * @param curve on validation examples
 * @param latencies of the networks of the curve; null where they were not measured
 * @param chosen place in the curve of the smallest network that is good enough
 * @param ownTest the network at its own threshold, on test examples
 * @param chosenTest the chosen network, on test examples
 */
public record MeasuredRun(
    long seed,
    String folder,
    TradeOff curve,
    @Nullable Latencies latencies,
    int chosen,
    CurvePoint ownTest,
    CurvePoint chosenTest) {

  /**
   * Measures what was chosen on test examples, once.
   *
   * @param test measures the run on them
   * @param enough most badness on validation examples that a chosen network may have; where none is
   *     that good, the best one is chosen
   */
  public static MeasuredRun of(
      long seed,
      String folder,
      TradeOff curve,
      @Nullable Latencies latencies,
      PointMeasure test,
      double enough)
      throws RunException {
    int chosen = curve.choose(enough);
    CurvePoint ownTest = test.again(curve.own());
    CurvePoint chosenTest = chosen == 0 ? ownTest : test.again(curve.points().get(chosen));
    return new MeasuredRun(seed, folder, curve, latencies, chosen, ownTest, chosenTest);
  }

  /** The chosen network, on validation examples. */
  public CurvePoint chosenPoint() {
    return curve.points().get(chosen);
  }

  /** Seconds of one network of the curve for one example, if they were measured. */
  OptionalDouble seconds(CurvePoint point) {
    Latencies measured = latencies;
    int place = curve.points().indexOf(point);
    return measured == null || place < 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(measured.seconds().get(place));
  }

  /** For {@code result.json}, in which no time stands: equal seeds give equal bytes. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("folder", folder);
    json.put("own_test", ownTest.toMap());
    json.put("chosen_test", chosenTest.toMap());
    json.put("chosen", chosen);
    json.put("validation", List.copyOf(curve.points().stream().map(CurvePoint::toMap).toList()));
    return json;
  }
}
