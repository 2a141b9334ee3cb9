package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.NumberPredictions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the certainty of predicted numbers may be trusted.
 *
 * @param nll mean of −log p of an example, in nats, in the units of the data, summed over outputs
 * @param outputs one each
 * @param calibration how many targets are within central intervals, over all outputs
 * @param foreign how well data of another kind are told apart, by the entropy of the normal density
 *     that is predicted; null where none were given
 */
public record NumberCertainty(
    double nll, List<Output> outputs, List<Level> calibration, @Nullable ForeignData foreign)
    implements UncertaintyReport {

  /** Levels of intervals that are looked at: 5 %, 10 %, … 95 %. */
  private static final int LEVELS = 19;

  /**
   * One output, in the units of the data.
   *
   * @param name what it is called
   * @param rmse root of the mean squared error
   * @param nll mean of −log p, in nats
   * @param coverage share of targets within the central interval of 50, 90 and 95 %
   * @param noise root of the mean variance of the noise
   * @param model root of the mean variance between networks; 0 with a single one
   */
  public record Output(
      String name,
      double rmse,
      double nll,
      Map<Double, Double> coverage,
      double noise,
      double model) {
    /** Copies the map. */
    public Output {
      coverage = Collections.unmodifiableMap(new LinkedHashMap<>(coverage));
    }
  }

  /**
   * How often targets are within an interval.
   *
   * @param level what share should be, in (0, 1)
   * @param covered what share is
   */
  public record Level(double level, double covered) {}

  /** Copies the lists. */
  public NumberCertainty {
    outputs = List.copyOf(outputs);
    calibration = List.copyOf(calibration);
  }

  /**
   * Measures how sure a model of numbers is.
   *
   * @param own predictions
   * @param names of the outputs
   * @param examples what they are of, with their numbers
   * @param foreign predictions for data of another kind; null for none
   */
  public static NumberCertainty of(
      UncertainNumbers own,
      List<String> names,
      Examples examples,
      @Nullable UncertainNumbers foreign) {
    NumberPredictions predictions = own.beside(examples);
    List<Output> outputs = new ArrayList<>();
    for (int k = 0; k < predictions.outputs(); k++) {
      NumberPredictions.Quality quality = predictions.of(k);
      Double nll = quality.nll();
      outputs.add(
          new Output(
              names.get(k),
              quality.rmse(),
              nll == null ? Double.NaN : nll,
              quality.coverage(),
              own.noise(k),
              own.model(k)));
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 1; i <= LEVELS; i++) {
      double level = i / (LEVELS + 1.0);
      levels.add(new Level(level, predictions.covered(level)));
    }
    return new NumberCertainty(
        predictions.nll(), outputs, levels, foreign == null ? null : ForeignData.of(own, foreign));
  }

  /**
   * How far coverage is from what it should be: the mean distance over the levels (cf. Kuleshov et
   * al., arXiv:1807.00263, section 3.5).
   */
  public double calibrationError() {
    return calibration.stream()
        .mapToDouble(each -> Math.abs(each.covered() - each.level()))
        .average()
        .orElse(Double.NaN);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("nll", nll);
    map.put("calibration_error", calibrationError());
    List<Map<String, Object>> each = new ArrayList<>();
    for (Output output : outputs) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", output.name());
      entry.put("rmse", output.rmse());
      entry.put("nll", output.nll());
      output
          .coverage()
          .forEach((level, share) -> entry.put("coverage_" + Math.round(100 * level), share));
      entry.put("noise", output.noise());
      entry.put("model", output.model());
      each.add(entry);
    }
    map.put("outputs", each);
    List<Map<String, Object>> levels = new ArrayList<>();
    for (Level level : calibration) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("level", level.level());
      entry.put("covered", level.covered());
      levels.add(entry);
    }
    map.put("calibration", levels);
    if (foreign != null) {
      map.put("ood", foreign.toMap());
    }
    return map;
  }
}
