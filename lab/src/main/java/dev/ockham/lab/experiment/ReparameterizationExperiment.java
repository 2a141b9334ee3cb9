package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.sample.StandardNormal;
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
  private record Unit(double[] mu, double[] sigma, double[][] a) {

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
  }

  /** Pre-activations {@code [example][draw]} of one estimator. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Sampled(String estimator, int draws, double[][] b) {}

  @Override
  public String name() {
    return "reparameterization";
  }

  @Override
  public String summary() {
    return "Weight sampling against local reparameterisation: what a pre-activation looks like.";
  }

  @Override
  public LabPage run(Setting setting) {
    Unit unit = Unit.of(setting.seed());
    List<Sampled> all =
        List.of(
            perBatch(unit, setting.seed()),
            perExample(unit, setting.seed()),
            local(unit, setting.seed()));
    return new LabPage(
        name(),
        "Sampling weights, or what they produce",
        "A Gaussian layer can sample its weights, once for a batch or once for each example, or it"
            + " can sample its pre-activations. Which of these change what one example sees, and"
            + " which change what two examples share?",
        List.of(marginals(unit, all), joint(unit, all)),
        Map.of("rows", rows(unit, all)));
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
    return new Sampled("per-batch", INPUTS, b);
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
    return new Sampled("per-example", 2 * INPUTS, b);
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
    return new Sampled("local", 2, b);
  }

  private static Finding marginals(Unit unit, List<Sampled> all) {
    double gamma = unit.gamma(0);
    double deviation = Math.sqrt(unit.covariance(0, 0));
    double[] xs = Grid.linear(gamma - 4 * deviation, gamma + 4 * deviation, 161);
    double[] density =
        Grid.map(xs, x -> StandardNormal.density((x - gamma) / deviation) / deviation);
    List<XYChart> panels = new ArrayList<>();
    List<List<String>> cells = new ArrayList<>();
    for (Sampled sampled : all) {
      Histogram bars = Histogram.of(sampled.b()[0], xs[0], xs[xs.length - 1], 60);
      panels.add(
          Plot.panel(sampled.estimator(), "pre-activation b", "density")
              .bars("sampled", bars, Plot.BLUE)
              .line("N(γ, δ)", xs, density, Plot.BLACK)
              .y(0, 0.45 / deviation)
              .chart());
      Moments m = Moments.of(sampled.b()[0]);
      cells.add(
          Table.row(
              sampled.estimator(),
              String.format(Locale.ROOT, "%.4f ± %.4f", m.mean(), m.meanError()),
              String.format(Locale.ROOT, "%.4f ± %.4f", m.variance(), m.varianceError()),
              sampled.draws()));
    }
    return Finding.of(
            "One example cannot tell",
            "A sum of independent Gaussians is Gaussian, so b = Σ aw with w ~ N(μ, σ²) is"
                + " N(γ, δ) with γ = Σ aμ and δ = Σ a²σ². Sampling b from that directly gives the"
                + " same distribution as sampling all weights first. Here γ = "
                + Table.number(gamma)
                + " and δ = "
                + Table.number(deviation * deviation)
                + ".")
        .with(
            Figure.of(
                "reparameterization-marginal",
                "One example's pre-activation under three ways to sample, and the density of"
                    + " N(γ, δ).",
                3,
                panels.toArray(XYChart[]::new)))
        .with(
            new Table(
                "200,000 draws for one example of a unit with 8 inputs; ± is one standard error",
                List.of("estimator", "mean", "variance", "normals drawn for two examples"),
                cells));
  }

  private static Finding joint(Unit unit, List<Sampled> all) {
    List<XYChart> panels = new ArrayList<>();
    List<List<String>> cells = new ArrayList<>();
    double expected = sharedCorrelation(unit);
    double wide = Math.sqrt(unit.covariance(0, 0));
    double high = Math.sqrt(unit.covariance(1, 1));
    for (Sampled sampled : all) {
      panels.add(
          Plot.panel(sampled.estimator(), "b of example 1", "b of example 2")
              .scatter(
                  "draws",
                  Arrays.copyOf(sampled.b()[0], DOTS),
                  Arrays.copyOf(sampled.b()[1], DOTS),
                  sampled.estimator().equals("per-batch") ? Plot.RED : Plot.BLUE)
              .x(unit.gamma(0) - 4 * wide, unit.gamma(0) + 4 * wide)
              .y(unit.gamma(1) - 4 * high, unit.gamma(1) + 4 * high)
              .chart());
      cells.add(
          Table.row(
              sampled.estimator(),
              String.format(
                  Locale.ROOT, "%.4f", Moments.correlation(sampled.b()[0], sampled.b()[1])),
              String.format(
                  Locale.ROOT, "%.4f", sampled.estimator().equals("per-batch") ? expected : 0)));
    }
    return Finding.of(
            "Two examples can",
            "With one weight sample for a batch, both examples see the same noise and their"
                + " pre-activations rise and fall together. So do their likelihoods, and that"
                + " covariance stays however large the batch is. A weight sample for each example"
                + " removes it at the price of one normal number for each example and weight."
                + " Local reparameterisation removes it with one for each example and unit.",
            "The two ways without correlation are not the same estimator: they give a unit the"
                + " same distribution, but different gradients, because local noise does not enter"
                + " the weights one by one.")
        .with(
            Figure.of(
                "reparameterization-joint",
                "Pre-activations of two examples of a batch, one dot a draw: correlated under one"
                    + " weight sample for the batch, independent otherwise.",
                3,
                panels.toArray(XYChart[]::new)))
        .with(
            new Table(
                "Correlation of two examples", List.of("estimator", "sampled", "exact"), cells))
        .beside(
            Paper.of(
                "Kingma et al., arXiv:1506.02557, eq. (5) and table 1",
                "Var[N/M Σ L] = N² (Var[L]/M + (M − 1)/M · Cov[L, L′]): a larger batch shrinks the"
                    + " first term only. Its table measures the variance of the gradient on MNIST"
                    + " after 10 epochs:",
                new Table(
                    "Gradient variance, their numbers",
                    List.of("estimator", "top layer", "bottom layer"),
                    List.of(
                        List.of("local", "7.8e3", "1.9e2"),
                        List.of("per example", "1.4e4", "4.3e2"),
                        List.of("per batch", "4.9e4", "8.5e2"),
                        List.of("no noise", "2.8e3", "1.3e2")))));
  }

  private static double sharedCorrelation(Unit unit) {
    return unit.covariance(0, 1) / Math.sqrt(unit.covariance(0, 0) * unit.covariance(1, 1));
  }

  private static List<Map<String, Object>> rows(Unit unit, List<Sampled> all) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Sampled sampled : all) {
      for (int example = 0; example < 2; example++) {
        Moments m = Moments.of(sampled.b()[example]);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("estimator", sampled.estimator());
        row.put("example", example);
        row.put("mean", m.mean());
        row.put("mean_error", m.meanError());
        row.put("exact_mean", unit.gamma(example));
        row.put("variance", m.variance());
        row.put("variance_error", m.varianceError());
        row.put("exact_variance", unit.covariance(example, example));
        row.put("correlation", Moments.correlation(sampled.b()[0], sampled.b()[1]));
        row.put(
            "exact_correlation",
            sampled.estimator().equals("per-batch") ? sharedCorrelation(unit) : 0.0);
        rows.add(row);
      }
    }
    return rows;
  }
}
