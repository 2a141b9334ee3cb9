package dev.ockham.lab.compare;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.lab.sample.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What all runs of a comparison gave.
 *
 * @param data name of the data
 * @param architecture the network before pruning
 * @param within points of validation error above the dense twin that a chosen network may have
 * @param dense runs of the dense twin, one for each seed
 * @param rows the methods that prune, those with a run that finished
 * @param missing title of each run that did not finish, with why
 */
public record Comparison(
    String data,
    Architecture architecture,
    double within,
    List<MeasuredRun> dense,
    List<Row> rows,
    Map<String, String> missing) {

  /** What the default recipes promise: at most so many points more test error ... */
  public static final double MOST_POINTS = 3;

  /** ... and at least this fraction of the weights, or of the hidden units, gone. */
  public static final double LEAST_GONE = 0.5;

  /**
   * One method at one strength.
   *
   * @param contestant which
   * @param runs one for each seed that finished, at least one
   */
  public record Row(Contestant contestant, List<MeasuredRun> runs) {

    /** Copies the list. */
    public Row {
      runs = List.copyOf(runs);
    }

    /** Test error in percent of some network of each run. */
    public Spread error(Function<MeasuredRun, PrunedPoint> network) {
      return Spread.of(runs, run -> network.apply(run).errorPercent());
    }
  }

  /** Copies the lists. */
  public Comparison {
    dense = List.copyOf(dense);
    rows = List.copyOf(rows);
  }

  /** Test error of the dense twin, in percent. */
  public Spread denseError() {
    return Spread.of(dense, run -> run.ownTest().errorPercent());
  }

  /** Fraction of the weights that is left, in percent. */
  public double weightsLeft(PrunedPoint point) {
    return 100.0 * point.weights() / architecture.weights();
  }

  /** Fraction of the units that is left, pixels among them, in percent. */
  public double unitsLeft(PrunedPoint point) {
    return 100.0 * point.work().unitCount() / ModelWork.of(architecture.graph()).unitCount();
  }

  /** Fraction of the hidden units that is left, in percent. */
  public double hiddenLeft(PrunedPoint point) {
    long all = ModelWork.of(architecture.graph()).hiddenUnits();
    return all == 0 ? 100 : 100.0 * point.work().hiddenUnits() / all;
  }

  /** Fraction of the multiply-adds that is left of dense products, in percent. */
  public double workLeft(PrunedPoint point) {
    return 100.0
        * point.work().denseMultiplyAdds()
        / ModelWork.of(architecture.graph()).denseMultiplyAdds();
  }

  /** Whether a method at its own threshold keeps the promise, in the mean over its runs. */
  public boolean keepsPromise(Row row) {
    double more = row.error(MeasuredRun::ownTest).mean() - denseError().mean();
    double gone =
        Math.max(
            100 - Spread.of(row.runs(), run -> weightsLeft(run.ownTest())).mean(),
            100 - Spread.of(row.runs(), run -> hiddenLeft(run.ownTest())).mean());
    return more <= MOST_POINTS && gone >= 100 * LEAST_GONE;
  }

  /** What {@code result.json} says. */
  public Map<String, Object> json() {
    ModelWork whole = ModelWork.of(architecture.graph());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", data);
    json.put("architecture", architecture.name());
    json.put("weights", architecture.weights());
    json.put("units", whole.units());
    json.put("multiply_adds", whole.denseMultiplyAdds());
    json.put("within_points", within);
    json.put("dense_test_error_percent", denseError().json());
    List<Map<String, Object>> methods = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("method", row.contestant().method().name());
      one.put("strength", row.contestant().strength());
      one.put("beta", row.contestant().spec().training().klWeight().last());
      one.put("epochs", row.contestant().spec().training().epochs());
      one.put("keeps_promise", keepsPromise(row));
      one.put("own", summary(row, MeasuredRun::ownTest));
      one.put("chosen", summary(row, MeasuredRun::chosenTest));
      one.put("runs", row.runs().stream().map(MeasuredRun::json).toList());
      methods.add(one);
    }
    json.put("methods", methods);
    json.put("missing", missing);
    return json;
  }

  private Map<String, Object> summary(Row row, Function<MeasuredRun, PrunedPoint> network) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("test_error_percent", row.error(network).json());
    json.put(
        "weights_left_percent",
        Spread.of(row.runs(), run -> weightsLeft(network.apply(run))).json());
    json.put(
        "units_left_percent", Spread.of(row.runs(), run -> unitsLeft(network.apply(run))).json());
    json.put(
        "multiply_adds_left_percent",
        Spread.of(row.runs(), run -> workLeft(network.apply(run))).json());
    return json;
  }
}
