package dev.ockham.lab.experiment;

import dev.ockham.core.evidence.GaussianReduction;
import dev.ockham.core.evidence.JointPosterior;
import dev.ockham.core.evidence.SharedPrior;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.awt.Color;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Where pruning by the evidence is right, and where it is not. */
public record EvidenceExperiment() implements Experiment {

  private static final int EXAMPLES = 50;
  private static final double WEIGHT = 0.3;
  private static final int WEIGHTS = 2000;
  private static final int TRUE_WEIGHTS = 200;
  private static final double DETERMINED = 100;
  private static final double[] CORRELATIONS = {0, 0.5, 0.9, 0.99, 0.999, 0.9999};
  private static final double[] NOISES = {0.1, 0.2, 0.33, 0.5, 0.71, 1, 1.41, 2, 3, 5, 10};

  /**
   * What four ways say of two weights of one size under inputs of a correlation, in nats.
   *
   * @param one ΔF of removing the first, exactly
   * @param both ΔF of removing both, exactly
   * @param marginal the sum of ΔF of each by the true marginal variances
   * @param meanField the same by the variances of the best independent q, 1/Pⱼⱼ
   */
  record Pair(double correlation, double one, double both, double marginal, double meanField) {

    /** Inputs with exactly this correlation, unit variances and noise, and a prior N(0, 1). */
    static Pair of(double correlation) {
      double own = 1 + EXAMPLES;
      double between = EXAMPLES * correlation;
      double determinant = own * own - between * between;
      double[][] covariance = {
        {own / determinant, -between / determinant}, {-between / determinant, own / determinant}
      };
      double right = EXAMPLES * (1 + correlation) * WEIGHT;
      double mean = right * (own - between) / determinant;
      JointPosterior posterior = new JointPosterior(new double[] {mean, mean}, covariance, 1);
      return new Pair(
          correlation,
          posterior.gain(0),
          posterior.gain(0, 1),
          posterior.independentGain(0, 1),
          2 * GaussianReduction.gain(mean, 1 / own, 1));
    }

    List<String> cells() {
      return Table.row(Double.toString(correlation), one, both, marginal, meanField);
    }
  }

  /** What stays where the noise is taken for another than it is. */
  record Noise(double ratio, double keptOfNone, double keptOfTrue) {}

  @Override
  public String name() {
    return "evidence";
  }

  @Override
  public String summary() {
    return "When removing a weight by the evidence is right: correlation, noise, the prior.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * What was measured.
   *
   * @param pairs by the correlation of two inputs
   * @param noises by what the noise is believed to be
   */
  record Measured(List<Pair> pairs, List<Noise> noises) {
    Measured {
      pairs = List.copyOf(pairs);
      noises = List.copyOf(noises);
    }

    Noise rightNoise() {
      return noises.stream().filter(each -> each.ratio() == 1).findFirst().orElseThrow();
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("correlation", pairs.stream().map(EvidenceExperiment::json).toList());
      result.put("noise", noises.stream().map(EvidenceExperiment::json).toList());
      return result;
    }
  }

  static Measured measure(Setting setting) {
    double[] estimates = estimates(setting.seed());
    return new Measured(
        Arrays.stream(CORRELATIONS).mapToObj(Pair::of).toList(),
        Arrays.stream(NOISES).mapToObj(ratio -> noise(estimates, ratio)).toList());
  }

  private LabPage page(Measured measured) throws IOException {
    Noise right = measured.rightNoise();
    Pair last = measured.pairs().getLast();
    return PageText.of(EvidenceExperiment.class, name())
        .put("weights", WEIGHTS)
        .put("trueWeights", TRUE_WEIGHTS)
        .put("rightZeros", percent(right.keptOfNone()))
        .put("rightTrue", percent(right.keptOfTrue()))
        .put("lowZeros", percent(measured.noises().getFirst().keptOfNone()))
        .put("highTrue", percent(measured.noises().getLast().keptOfTrue()))
        .put("weight", WEIGHT)
        .put("one", Table.number(last.one()))
        .put("both", Table.number(last.both()))
        .put("marginal", Table.number(last.marginal()))
        .put("meanField", Table.number(last.meanField()))
        .chart("evidence-prior", byAlpha())
        .chart("evidence-noise", byNoise(measured.noises()))
        .chart("evidence-correlation", byCorrelation())
        .rows("correlation", measured.pairs(), Pair::cells)
        .page(name(), measured.json());
  }

  private static double[] estimates(long seed) {
    NoiseKey key = NoiseKey.of(seed, 0, 0);
    double[] estimates = new double[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      double truth = i < TRUE_WEIGHTS ? CounterDraws.normal(key, i, 0) : 0;
      estimates[i] = truth + CounterDraws.normal(key, i, 1) / Math.sqrt(DETERMINED);
    }
    return estimates;
  }

  private static Noise noise(double[] estimates, double ratio) {
    double[] precisions = new double[WEIGHTS];
    Arrays.fill(precisions, DETERMINED / ratio);
    BitSet kept = SharedPrior.choose(estimates, precisions).kept();
    int ofTrue = kept.get(0, TRUE_WEIGHTS).cardinality();
    int ofNone = kept.cardinality() - ofTrue;
    return new Noise(
        ratio, (double) ofNone / (WEIGHTS - TRUE_WEIGHTS), (double) ofTrue / TRUE_WEIGHTS);
  }

  private static XYChart byAlpha() {
    double[] logAlpha = Grid.linear(-4, 8, 121);
    Plot plot =
        Plot.wide("ΔF of removing a weight", "log α = log σ²/μ²", "nats")
            .line(
                "own prior (ARD)",
                logAlpha,
                Grid.map(logAlpha, x -> ownPrior(Math.exp(x))),
                Plot.RED);
    double[] widths = {1, 10, 100};
    List<Color> colors = List.of(Plot.GREY, Plot.BLUE, Plot.GREEN);
    for (int i = 0; i < widths.length; i++) {
      double times = widths[i];
      plot =
          plot.line(
              "shared, s² = " + (int) times + " σ²",
              logAlpha,
              Grid.map(logAlpha, x -> GaussianReduction.gain(Math.exp(-x / 2), 1, times)),
              colors.get(i));
    }
    return plot.y(-6, 4).chart();
  }

  /** ½ log(1 + 1/α) − 1/(2α). */
  private static double ownPrior(double alpha) {
    double mean = 1 / Math.sqrt(alpha);
    return GaussianReduction.gain(
        mean, 1, GaussianReduction.sharedVariance(new double[] {mean}, new double[] {1}));
  }

  private static XYChart byNoise(List<Noise> noises) {
    double[] ratios = Grid.of(noises, Noise::ratio);
    return Plot.wide("What stays", "believed noise variance / true", "share")
        .dots("weights that are 0", ratios, Grid.of(noises, Noise::keptOfNone), Plot.RED)
        .dots("true weights", ratios, Grid.of(noises, Noise::keptOfTrue), Plot.BLUE)
        .logX()
        .y(0, 1)
        .chart();
  }

  private static String percent(double share) {
    return Table.number(100 * share) + " %";
  }

  private static XYChart byCorrelation() {
    double[] fine = Grid.map(Grid.linear(0, 4, 81), x -> 1 - Math.pow(10, -x));
    double[] shown = Grid.map(fine, x -> 1 - x);
    return Plot.wide("Two weights, correlated inputs", "1 − correlation", "nats")
        .line("both, exact", shown, Grid.map(fine, x -> Pair.of(x).both()), Plot.BLACK)
        .line("one, exact", shown, Grid.map(fine, x -> Pair.of(x).one()), Plot.GREY)
        .line("both, marginals", shown, Grid.map(fine, x -> Pair.of(x).marginal()), Plot.RED)
        .dashed("both, mean field", shown, Grid.map(fine, x -> Pair.of(x).meanField()), Plot.BLUE)
        .logX()
        .chart();
  }

  private static Map<String, Object> json(Pair pair) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("correlation", pair.correlation());
    json.put("one_exact", pair.one());
    json.put("both_exact", pair.both());
    json.put("both_by_marginals", pair.marginal());
    json.put("both_by_mean_field", pair.meanField());
    return json;
  }

  private static Map<String, Object> json(Noise noise) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("noise_ratio", noise.ratio());
    json.put("kept_of_zeros", noise.keptOfNone());
    json.put("kept_of_true", noise.keptOfTrue());
    return json;
  }
}
