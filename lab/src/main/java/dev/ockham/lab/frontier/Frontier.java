package dev.ockham.lab.frontier;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.lab.sample.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What all runs of a frontier gave.
 *
 * @param data name of the data
 * @param architecture the network before pruning
 * @param within points of validation error above the dense twin that a chosen network may have; of
 *     numbers percent of its RMSE
 * @param bits of each weight in the files, as {@code --bits} is given
 * @param dense runs of the dense twin, one for each seed
 * @param rows the methods that prune, those with a run that finished
 * @param missing title of each run that did not finish, with why
 */
public record Frontier(
    String data,
    Architecture architecture,
    double within,
    String bits,
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

    /** How bad some network of each run is, on test examples. */
    public Spread error(Function<MeasuredRun, CurvePoint> network) {
      return Spread.of(runs, run -> network.apply(run).bad());
    }
  }

  /** Copies the lists. */
  public Frontier {
    dense = List.copyOf(dense);
    rows = List.copyOf(rows);
  }

  /** How bad the dense twin is, on test examples. */
  public Spread denseError() {
    return Spread.of(dense, run -> run.ownTest().bad());
  }

  /** Fraction of the dense twin's file that is left, in percent. */
  public double fileLeft(CurvePoint point) {
    return 100.0 * point.value(Kind.FILE) / dense.getFirst().ownTest().value(Kind.FILE);
  }

  /** Fraction of the weights that is left, in percent. */
  public double weightsLeft(CurvePoint point) {
    return 100.0 * point.weights() / architecture.weights();
  }

  /** Fraction of the units that is left, pixels among them, in percent. */
  public double unitsLeft(CurvePoint point) {
    return 100.0 * point.value(Kind.UNITS) / ModelWork.of(architecture.graph()).unitCount();
  }

  /** Fraction of the hidden units that is left, in percent. */
  public double hiddenLeft(CurvePoint point) {
    long all = ModelWork.of(architecture.graph()).hiddenUnits();
    return all == 0 ? 100 : 100.0 * (point.value(Kind.UNITS) - point.units().getFirst()) / all;
  }

  /** Fraction of the multiply-adds that is left of dense products, in percent. */
  public double workLeft(CurvePoint point) {
    return 100.0 * point.value(Kind.MACS) / ModelWork.of(architecture.graph()).denseMultiplyAdds();
  }

  /** Whether quality is counted as an error in percent; else as an RMSE. */
  public boolean ofErrors() {
    return dense.getFirst().ownTest().badness().kind() == Kind.ERROR;
  }

  /** Most badness on validation examples that a chosen network may have. */
  public static double enough(CurvePoint dense, double within) {
    return dense.badness().kind() == Kind.ERROR
        ? dense.bad() + within
        : dense.bad() * (1 + within / 100);
  }

  /** Whether a method at its own threshold keeps the promise, in the mean over its runs. */
  public boolean keepsPromise(Row row) {
    double dense = denseError().mean();
    double lost = row.error(MeasuredRun::ownTest).mean() - dense;
    double more = ofErrors() ? lost : 100 * lost / dense;
    double gone =
        Math.max(
            100 - Spread.of(row.runs(), run -> weightsLeft(run.ownTest())).mean(),
            100 - Spread.of(row.runs(), run -> hiddenLeft(run.ownTest())).mean());
    return more <= MOST_POINTS && gone >= 100 * LEAST_GONE;
  }

  /** What tells how bad a network is, in a word. */
  String word() {
    return ofErrors() ? "error" : "RMSE";
  }

  /** The same, with what it is counted in. */
  String unit() {
    return ofErrors() ? "error in percent" : "RMSE";
  }

  /** Digits behind the point that are shown of it. */
  int digits() {
    return ofErrors() ? 2 : 4;
  }

  private String badness() {
    return dense.getFirst().ownTest().badness().toString();
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
    json.put("within", within);
    json.put("bits", bits);
    json.put("dense_test_" + badness(), denseError().json());
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
    Map<String, Object> fronts = new LinkedHashMap<>();
    for (Kind kind : List.of(Kind.WEIGHTS, Kind.FILE, Kind.MACS)) {
      fronts.put(
          kind.word(),
          FrontPoint.front(this, each -> each.point().value(kind)).stream()
              .map(FrontPoint::json)
              .toList());
    }
    json.put("fronts", fronts);
    json.put("missing", missing);
    return json;
  }

  private Map<String, Object> summary(Row row, Function<MeasuredRun, CurvePoint> network) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("test_" + badness(), row.error(network).json());
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
