package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.sample.StandardNormal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * One unit, two examples: pre-activations by sampling weights and by local reparameterisation. Each
 * example's distribution is the same; what the examples of a batch share is not.
 */
public record ReparameterizationExperiment() implements Experiment {

  private static final int INPUTS = 8;
  private static final int DRAWS = 200_000;
  private static final int DOTS = 600;
  private static final long FOR_LAYER = 0;
  private static final long FOR_WEIGHTS = 1;
  private static final long FOR_ACTIVATIONS = 2;

  /**
   * A unit with Gaussian weights, and two examples.
   *
   * @param mu weight means
   * @param sigma weight deviations
   * @param a inputs of example 0 and of example 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Unit(double[] mu, double[] sigma, double[][] a) {

    static Unit of(long seed) {
      NoiseKey key = NoiseKey.of(seed, FOR_LAYER, 0);
      Unit unit = new Unit(new double[INPUTS], new double[INPUTS], new double[2][INPUTS]);
      for (int i = 0; i < INPUTS; i++) {
        unit.mu[i] = 0.5 * CounterDraws.normal(key, 0, i);
        unit.sigma[i] = 0.2 + 0.4 * CounterDraws.uniform(key, 1, i);
        unit.a[0][i] = CounterDraws.uniform(key, 2, i);
        unit.a[1][i] = CounterDraws.uniform(key, 3, i);
      }
      return unit;
    }

    /** γ = Σ aμ. */
    double gamma(int example) {
      double sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        sum += a[example][i] * mu[i];
      }
      return sum;
    }

    /** Σ aa′σ²: δ of an example with itself, a covariance of two examples that share weights. */
    double covariance(int one, int other) {
      double sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        sum += a[one][i] * a[other][i] * sigma[i] * sigma[i];
      }
      return sum;
    }

    /** Of two examples that share weights. */
    double correlation() {
      return covariance(0, 1) / Math.sqrt(covariance(0, 0) * covariance(1, 1));
    }
  }

  /**
   * Pre-activations of one estimator.
   *
   * @param draws normals drawn for two examples
   * @param exactCorrelation of two examples
   * @param b pre-activations {@code [example][draw]}
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sampled(String estimator, int draws, double exactCorrelation, double[][] b) {

    double correlation() {
      return Moments.correlation(b[0], b[1]);
    }
  }

  @Override
  public String name() {
    return "reparameterization";
  }

  @Override
  public String summary() {
    return "Weight sampling against local reparameterisation: what a pre-activation looks like.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /** What was measured: a unit, and its pre-activations under each estimator. */
  record Measured(Unit unit, List<Sampled> all) {
    Measured {
      all = List.copyOf(all);
    }

    Map<String, Object> json() {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Sampled sampled : all) {
        for (int example = 0; example < 2; example++) {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("estimator", sampled.estimator());
          row.put("example", example);
          row.putAll(
              Moments.of(sampled.b()[example])
                  .json(unit.gamma(example), unit.covariance(example, example)));
          row.put("correlation", sampled.correlation());
          row.put("exact_correlation", sampled.exactCorrelation());
          rows.add(row);
        }
      }
      return Map.of("rows", rows);
    }
  }

  static Measured measure(Setting setting) {
    Unit unit = Unit.of(setting.seed());
    return new Measured(
        unit,
        List.of(
            perBatch(unit, setting.seed()),
            perExample(unit, setting.seed()),
            local(unit, setting.seed())));
  }

  /** One set of weights for both examples: w = μ + σε. */
  private static Sampled perBatch(Unit unit, long seed) {
    NoiseKey key = NoiseKey.of(seed, FOR_WEIGHTS, 0);
    double[][] b = new double[2][DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      for (int i = 0; i < INPUTS; i++) {
        double w = unit.mu[i] + unit.sigma[i] * CounterDraws.normal(key, draw, i);
        b[0][draw] += unit.a[0][i] * w;
        b[1][draw] += unit.a[1][i] * w;
      }
    }
    return new Sampled("per-batch", INPUTS, unit.correlation(), b);
  }

  /** A set of weights for each example. */
  private static Sampled perExample(Unit unit, long seed) {
    double[][] b = new double[2][DRAWS];
    for (int example = 0; example < 2; example++) {
      NoiseKey key = NoiseKey.of(seed, FOR_WEIGHTS, 1 + example);
      for (int draw = 0; draw < DRAWS; draw++) {
        for (int i = 0; i < INPUTS; i++) {
          double w = unit.mu[i] + unit.sigma[i] * CounterDraws.normal(key, draw, i);
          b[example][draw] += unit.a[example][i] * w;
        }
      }
    }
    return new Sampled("per-example", 2 * INPUTS, 0, b);
  }

  /** One number for each example and unit: b = γ + √δ·ζ (arXiv:1506.02557, eq. (6)). */
  private static Sampled local(Unit unit, long seed) {
    NoiseKey key = NoiseKey.of(seed, FOR_ACTIVATIONS, 0);
    double[][] b = new double[2][DRAWS];
    for (int example = 0; example < 2; example++) {
      double gamma = unit.gamma(example);
      double delta = unit.covariance(example, example);
      for (int draw = 0; draw < DRAWS; draw++) {
        double zeta = CounterDraws.normal(key, draw, example);
        b[example][draw] = gamma + Math.sqrt(delta) * zeta;
      }
    }
    return new Sampled("local", 2, 0, b);
  }

  private LabPage page(Measured measured) throws IOException {
    Unit unit = measured.unit();
    List<List<String>> moments = new ArrayList<>();
    List<List<String>> correlations = new ArrayList<>();
    for (Sampled sampled : measured.all()) {
      Moments m = Moments.of(sampled.b()[0]);
      moments.add(
          Table.row(sampled.estimator(), m.meanText(4), m.varianceText(4), sampled.draws()));
      correlations.add(
          Table.row(
              sampled.estimator(),
              String.format(Locale.ROOT, "%.4f", sampled.correlation()),
              String.format(Locale.ROOT, "%.4f", sampled.exactCorrelation())));
    }
    return PageText.of(ReparameterizationExperiment.class, name())
        .put("gamma", Table.number(unit.gamma(0)))
        .put("delta", Table.number(unit.covariance(0, 0)))
        .put("draws", DRAWS)
        .put("inputs", INPUTS)
        .charts(
            "reparameterization-marginal",
            3,
            measured.all().stream().map(sampled -> marginal(unit, sampled)).toList())
        .charts(
            "reparameterization-joint",
            3,
            measured.all().stream().map(sampled -> joint(unit, sampled)).toList())
        .rows("moments", moments)
        .rows("correlation", correlations)
        .page(name(), measured.json());
  }

  private static XYChart marginal(Unit unit, Sampled sampled) {
    double gamma = unit.gamma(0);
    double deviation = Math.sqrt(unit.covariance(0, 0));
    double[] xs = Grid.linear(gamma - 4 * deviation, gamma + 4 * deviation, 161);
    double[] density =
        Grid.map(xs, x -> StandardNormal.density((x - gamma) / deviation) / deviation);
    Histogram bars = Histogram.of(sampled.b()[0], xs[0], xs[xs.length - 1], 60);
    return Plot.panel(sampled.estimator(), "pre-activation b", "density")
        .bars("sampled", bars, Plot.BLUE)
        .line("N(γ, δ)", xs, density, Plot.BLACK)
        .y(0, 0.45 / deviation)
        .chart();
  }

  private static XYChart joint(Unit unit, Sampled sampled) {
    double wide = Math.sqrt(unit.covariance(0, 0));
    double high = Math.sqrt(unit.covariance(1, 1));
    return Plot.panel(sampled.estimator(), "b of example 1", "b of example 2")
        .scatter(
            "draws",
            Arrays.copyOf(sampled.b()[0], DOTS),
            Arrays.copyOf(sampled.b()[1], DOTS),
            sampled.exactCorrelation() == 0 ? Plot.BLUE : Plot.RED)
        .x(unit.gamma(0) - 4 * wide, unit.gamma(0) + 4 * wide)
        .y(unit.gamma(1) - 4 * high, unit.gamma(1) + 4 * high)
        .chart();
  }
}
