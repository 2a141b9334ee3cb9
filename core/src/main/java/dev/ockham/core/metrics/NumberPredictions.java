package dev.ockham.core.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Predicted numbers for some examples beside the right ones, of one output or several, and every
 * measure of them. In the units of the targets. Not copied; nothing changes them.
 */
public final class NumberPredictions {

  /**
   * Levels of the central intervals whose coverage is measured, and how many deviations each
   * reaches to both sides of the mean: the quantile of the standard normal at (1 + level) / 2.
   */
  public static final Map<Double, Double> REACH =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.of(0.5, 0.6744897501960817, 0.9, 1.6448536269514722, 0.95, 1.959963984540054)));

  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  private final double[] means;
  private final double @Nullable [] variances;
  private final double[] targets;
  private final int outputs;

  /**
   * Holds predicted numbers and the right ones.
   *
   * @param means {@code [examples, outputs]}
   * @param variances of what is predicted, noise included, as many; null where nothing says
   * @param targets the right numbers, as many
   * @throws IllegalArgumentException if sizes disagree, there is no example, or a variance is not
   *     positive
   */
  public NumberPredictions(
      double[] means, double @Nullable [] variances, double[] targets, int outputs) {
    if (targets.length == 0
        || means.length != targets.length
        || (variances != null && variances.length != targets.length)
        || targets.length % outputs != 0) {
      throw new IllegalArgumentException(
          "%s predictions of %s outputs for %s targets"
              .formatted(means.length, outputs, targets.length));
    }
    if (variances != null) {
      for (int i = 0; i < variances.length; i++) {
        if (!(variances[i] > 0)) {
          throw new IllegalArgumentException(
              "variances[%s] is %s; it must be positive".formatted(i, variances[i]));
        }
      }
    }
    this.means = means;
    this.variances = variances;
    this.targets = targets;
    this.outputs = outputs;
  }

  /** The number of examples. */
  public int count() {
    return targets.length / outputs;
  }

  /** Numbers of each. */
  public int outputs() {
    return outputs;
  }

  /**
   * How one output came out.
   *
   * @param rmse root of the mean squared error
   * @param mae mean absolute error
   * @param r2 1 − Σ (y − t)² / Σ (t − mean of t)²; NaN where all targets are equal
   * @param nll mean of −log N(t; mean, variance) in nats; null where there are no variances
   * @param coverage for each of the levels of {@link #REACH}, share of targets within the central
   *     interval of that level; empty where there are no variances
   */
  public record Quality(
      double rmse, double mae, double r2, @Nullable Double nll, Map<Double, Double> coverage) {}

  /** How every output came out, in order. */
  public List<Quality> perOutput() {
    List<Quality> all = new ArrayList<>();
    for (int k = 0; k < outputs; k++) {
      all.add(of(k));
    }
    return all;
  }

  /** How an output came out. */
  public Quality of(int output) {
    double mean = 0;
    for (int i = output; i < targets.length; i += outputs) {
      mean += targets[i] / count();
    }
    double squares = 0;
    double absolute = 0;
    double spread = 0;
    double nll = 0;
    for (int i = output; i < targets.length; i += outputs) {
      double apart = means[i] - targets[i];
      squares += apart * apart;
      absolute += Math.abs(apart);
      spread += (targets[i] - mean) * (targets[i] - mean);
      if (variances != null) {
        nll += 0.5 * (LOG_2_PI + Math.log(variances[i]) + apart * apart / variances[i]);
      }
    }
    return new Quality(
        Math.sqrt(squares / count()),
        absolute / count(),
        spread > 0 ? 1 - squares / spread : Double.NaN,
        variances == null ? null : nll / count(),
        coverage(output));
  }

  private Map<Double, Double> coverage(int output) {
    Map<Double, Double> coverage = new LinkedHashMap<>();
    if (variances == null) {
      return coverage;
    }
    for (Map.Entry<Double, Double> level : REACH.entrySet()) {
      double reach = level.getValue();
      long within = 0;
      for (int i = output; i < targets.length; i += outputs) {
        within += Math.abs(means[i] - targets[i]) <= reach * Math.sqrt(variances[i]) ? 1 : 0;
      }
      coverage.put(level.getKey(), (double) within / count());
    }
    return coverage;
  }

  /**
   * Mean of −log p of an example, in nats, summed over outputs.
   *
   * @throws IllegalStateException if there are no variances
   */
  public double nll() {
    double sum = 0;
    for (Quality each : perOutput()) {
      if (each.nll() == null) {
        throw new IllegalStateException("there are no variances, so there is no likelihood");
      }
      sum += each.nll();
    }
    return sum;
  }

  /**
   * Share of targets within the central interval of a level, over all outputs.
   *
   * @param level in (0, 1)
   * @throws IllegalStateException if there are no variances
   */
  public double covered(double level) {
    double[] spread = variances;
    if (spread == null) {
      throw new IllegalStateException("there are no variances, so there are no intervals");
    }
    double reach = NormalInterval.reach(level);
    long within = 0;
    for (int i = 0; i < targets.length; i++) {
      within += Math.abs(means[i] - targets[i]) <= reach * Math.sqrt(spread[i]) ? 1 : 0;
    }
    return (double) within / targets.length;
  }

  /** Root of the mean squared error over all outputs. */
  public double rmse() {
    double squares = 0;
    for (int i = 0; i < targets.length; i++) {
      squares += (means[i] - targets[i]) * (means[i] - targets[i]);
    }
    return Math.sqrt(squares / targets.length);
  }

  /** The mean squared error of each example's numbers, whose mean is {@link #rmse} squared. */
  public double[] exampleSquares() {
    double[] squares = new double[count()];
    for (int i = 0; i < targets.length; i++) {
      squares[i / outputs] += (means[i] - targets[i]) * (means[i] - targets[i]) / outputs;
    }
    return squares;
  }

  /**
   * What each example adds to {@link #nll}, in nats.
   *
   * @throws IllegalStateException if there are no variances
   */
  public double[] exampleNlls() {
    double[] spread = variances;
    if (spread == null) {
      throw new IllegalStateException("there are no variances, so there is no likelihood");
    }
    double[] nlls = new double[count()];
    for (int i = 0; i < targets.length; i++) {
      double apart = means[i] - targets[i];
      nlls[i / outputs] += 0.5 * (LOG_2_PI + Math.log(spread[i]) + apart * apart / spread[i]);
    }
    return nlls;
  }

  /** Intervals of RMSE here less RMSE there, one per output, by {@link PairedBootstrap}. */
  public List<PairedBootstrap.Interval> rmseIncrease(NumberPredictions before, long seed) {
    if (before.outputs != outputs || before.targets.length != targets.length) {
      throw new IllegalArgumentException("the two predictions are of other examples or outputs");
    }
    return PairedBootstrap.of(
        count(),
        seed,
        indices -> {
          double[] then = before.rmse(indices);
          double[] now = rmse(indices);
          for (int k = 0; k < outputs; k++) {
            now[k] -= then[k];
          }
          return now;
        });
  }

  private double[] rmse(int[] indices) {
    double[] sums = new double[outputs];
    for (int i : indices) {
      for (int k = 0; k < outputs; k++) {
        double apart = means[i * outputs + k] - targets[i * outputs + k];
        sums[k] += apart * apart;
      }
    }
    for (int k = 0; k < outputs; k++) {
      sums[k] = Math.sqrt(sums[k] / indices.length);
    }
    return sums;
  }
}
