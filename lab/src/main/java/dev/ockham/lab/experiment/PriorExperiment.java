package dev.ockham.lab.experiment;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Quadrature;
import dev.ockham.lab.sample.Spread;
import dev.ockham.lab.training.Repeats;
import dev.ockham.lab.training.Scale;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.knowm.xchart.XYChart;

/** The log-uniform prior: its density, its KL, and what training does with and without it. */
public record PriorExperiment() implements Experiment {

  private static final Scale FULL = new Scale("mlp:784-100-10", 10_000, 0.1, 100, 20, 3);
  private static final Scale QUICK = new Scale("mlp:784-12-10", 600, 0.5, 15, 8, 2);

  /** Natural log of |w|; e^−7 is 0.0009, e^3 is 20. */
  private static final double[] LOG_SIZES = Grid.linear(-7, 3, 201);

  private static final double[] DECADES = {1e-4, 1e-3, 1e-2, 0.1, 1, 10};

  /** α of the KL against θ: a drop rate of 1/5. */
  private static final double ALPHA = 0.25;

  /** σ of the KL against θ where the noise is additive. */
  private static final double SIGMA = 0.1;

  private static final double[] THETAS =
      Grid.map(Grid.linear(-3, 1, 81), exponent -> Math.pow(10, exponent));

  private static final double[] SOME_THETAS = {1e-3, 1e-2, 0.1, 1, 10};

  private static final double[] MEANS = Grid.linear(-1, 1, 201);

  /** What makes the quadrature's constant that of {@link KlTerm#EXACT}. */
  private static final double TO_EXACT =
      0.5 * Math.log(2 * Math.PI * Math.E) + KlTerm.SMALL_ALPHA_OFFSET;

  @Override
  public String name() {
    return "prior";
  }

  @Override
  public String summary() {
    return "The log-uniform prior: why it wants zeros, and training with and without it.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * What was measured.
   *
   * @param scale how large the trainings were
   * @param dense without pruning
   * @param with the KL at weight 1
   * @param without the KL at weight 0
   */
  record Measured(Scale scale, Repeats dense, Repeats with, Repeats without) {

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("alpha", ALPHA);
      result.put("kl_at_fixed_alpha", fixedAlpha());
      result.put("scale", scale.json());
      result.put("dense", dense.json());
      result.put("with_prior", with.json());
      result.put("without_prior", without.json());
      return result;
    }

    /** By how much the prior changes the error of what is left, in points. */
    double gap() {
      return Spread.of(with.runs(), run -> run.errorPercent() - without.errorPercent().mean())
          .mean();
    }
  }

  static Measured measure(Setting setting) throws IOException {
    Scale scale = setting.quick() ? QUICK : FULL;
    RunSpec spec = scale.sparseVd();
    return new Measured(
        scale,
        repeats("dense twin", scale, scale.dense(), setting),
        repeats("with the prior", scale, spec, setting),
        repeats("without the prior", scale, spec.with("training.kl_weight.last", 0), setting));
  }

  private static Repeats repeats(String name, Scale scale, RunSpec spec, Setting setting)
      throws IOException {
    setting.progress().accept(name);
    return Repeats.of(name, spec, scale.data(), setting.seed(), scale.seeds());
  }

  private LabPage page(Measured measured) throws IOException {
    Repeats with = measured.with();
    Repeats without = measured.without();
    return PageText.of(PriorExperiment.class, name())
        .put("size", "|w|")
        .put("alpha", ALPHA)
        .put("exact", KlTerm.EXACT.value(Math.log(ALPHA)))
        .put("farthest", Table.number(farthest()))
        .put("pullAtTwo", pullAt(2 * SIGMA))
        .put("pullAtTen", pullAt(10 * SIGMA))
        .put("scale", measured.scale().text())
        .put("epochs", measured.scale().epochs())
        .put("denseError", measured.dense().errorPercent().text(1))
        .put("withGone", with.sparsityPercent())
        .put("withError", with.errorPercent().text(1))
        .put("withoutGone", without.sparsityPercent())
        .put("withoutError", without.errorPercent().text(1))
        .put("withMedian", median(with))
        .put("withoutMedian", median(without))
        .put("gap", measured.gap())
        .chart("prior-density", density())
        .chart("prior-log-density", densityOfLog())
        .chart("prior-scale", atFixedAlpha())
        .chart("prior-pull", atFixedNoise())
        .chart("prior-log-alpha", afterTraining(with, without))
        .rows("decades", decades())
        .rows("fixed", fixedAlpha().stream().map(row -> Table.row(row.values().toArray())).toList())
        .page(name(), measured.json());
  }

  /** 0.1/|w| stands for the log-uniform one, which has no constant of its own. */
  private static double height(WeightPrior prior) {
    return prior == WeightPrior.LOG_UNIFORM ? 0.1 : 1;
  }

  private static XYChart density() {
    double[] ws = Grid.linear(-2.5, 2.5, 500);
    return ofPriors(
            Plot.wide("Priors of a weight", "w", "density"),
            ws,
            (prior, w) -> height(prior) * Math.exp(prior.logDensity(Math.abs(w))))
        .y(0, 1.6)
        .chart();
  }

  private static XYChart densityOfLog() {
    return ofPriors(
            Plot.wide("The same priors, of log |w|", "log |w|", "density"),
            LOG_SIZES,
            (prior, x) -> 2 * height(prior) * Math.exp(x + prior.logDensity(Math.exp(x))))
        .y(0, 0.65)
        .chart();
  }

  private static XYChart atFixedAlpha() {
    String title = String.format(Locale.ROOT, "KL of a weight with α = %.2f", ALPHA);
    return ofPriors(
            Plot.wide(title, "θ", "nats").logX(),
            THETAS,
            (prior, theta) ->
                atAlpha(prior, theta) + (prior == WeightPrior.LOG_UNIFORM ? TO_EXACT : 0))
        .y(0, 9)
        .chart();
  }

  private static XYChart atFixedNoise() {
    String title = String.format(Locale.ROOT, "KL of a weight with σ = %.1f", SIGMA);
    return ofPriors(
            Plot.wide(title, "θ", "nats above θ = 0"),
            MEANS,
            (prior, theta) -> prior.kl(theta, SIGMA) - prior.kl(0, SIGMA))
        .y(0, 3)
        .chart();
  }

  /** A line for each prior. */
  private static Plot ofPriors(
      Plot plot, double[] xs, ToDoubleBiFunction<WeightPrior, Double> value) {
    Plot drawn = plot;
    for (WeightPrior prior : WeightPrior.values()) {
      double[] ys = Grid.map(xs, x -> value.applyAsDouble(prior, x));
      drawn = drawn.line(prior.text(), xs, ys, prior.color());
    }
    return drawn;
  }

  private static List<List<String>> decades() {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i + 1 < DECADES.length; i++) {
      cells.add(
          Table.row(
              "%s to %s".formatted(plain(DECADES[i]), plain(DECADES[i + 1])),
              Math.log(DECADES[i + 1] / DECADES[i]),
              mass(WeightPrior.GAUSSIAN, i),
              mass(WeightPrior.LAPLACE, i),
              mass(WeightPrior.CAUCHY, i)));
    }
    return cells;
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static double mass(WeightPrior prior, int decade) {
    return Quadrature.between(
        DECADES[decade], DECADES[decade + 1], w -> 2 * Math.exp(prior.logDensity(w)));
  }

  private static List<Map<String, Object>> fixedAlpha() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double theta : SOME_THETAS) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("theta", theta);
      row.put("log_uniform", exactScale(theta));
      row.put("gaussian", atAlpha(WeightPrior.GAUSSIAN, theta));
      row.put("laplace", atAlpha(WeightPrior.LAPLACE, theta));
      row.put("cauchy", atAlpha(WeightPrior.CAUCHY, theta));
      rows.add(row);
    }
    return rows;
  }

  private static double atAlpha(WeightPrior prior, double theta) {
    return prior.kl(theta, Math.sqrt(ALPHA) * theta);
  }

  private static double exactScale(double theta) {
    return atAlpha(WeightPrior.LOG_UNIFORM, theta) + TO_EXACT;
  }

  /** The largest difference of quadrature and closed form. */
  private static double farthest() {
    double exact = KlTerm.EXACT.value(Math.log(ALPHA));
    return Arrays.stream(SOME_THETAS)
        .map(theta -> Math.abs(exactScale(theta) - exact))
        .max()
        .orElseThrow();
  }

  /** dKL/dθ at a mean under the log-uniform prior: −2k′/θ, k′ by log α. */
  private static double pullAt(double theta) {
    return -2 * KlTerm.EXACT.derivative(2 * Math.log(SIGMA / theta)) / theta;
  }

  private static XYChart afterTraining(Repeats with, Repeats without) {
    Histogram withIt = histogram(with);
    Histogram withoutIt = histogram(without);
    double top =
        1.05
            * Math.max(
                Arrays.stream(withIt.densities()).max().orElse(0),
                Arrays.stream(withoutIt.densities()).max().orElse(0));
    double threshold = with.runs().getFirst().snapshot().threshold();
    return Plot.wide("log α after training", "log α", "density")
        .bars(without.name(), withoutIt, Plot.BLUE)
        .bars(with.name(), withIt, Plot.RED)
        .dashed("threshold", new double[] {threshold, threshold}, new double[] {0, top}, Plot.BLACK)
        .y(0, top)
        .chart();
  }

  private static Histogram histogram(Repeats repeats) {
    return Histogram.of(repeats.runs().getFirst().logAlphas(), -10, 12, 88);
  }

  private static double median(Repeats repeats) {
    return Spread.of(
            repeats.runs(),
            run -> {
              double[] sorted = run.logAlphas();
              Arrays.sort(sorted);
              return sorted[sorted.length / 2];
            })
        .mean();
  }
}
