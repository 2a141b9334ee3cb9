package dev.ockham.lab.experiment;

import dev.ockham.core.evidence.GaussianReduction;
import dev.ockham.core.evidence.JointPosterior;
import dev.ockham.core.evidence.SharedPrior;
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
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  private record Pair(
      double correlation, double one, double both, double marginal, double meanField) {

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
  }

  /** What stays where the noise is taken for another than it is. */
  private record Noise(double ratio, double keptOfNone, double keptOfTrue) {}

  @Override
  public String name() {
    return "evidence";
  }

  @Override
  public String summary() {
    return "When removing a weight by the evidence is right: correlation, noise, the prior.";
  }

  @Override
  public LabPage run(Setting setting) {
    List<Pair> pairs = Arrays.stream(CORRELATIONS).mapToObj(Pair::of).toList();
    double[] estimates = estimates(setting.seed());
    List<Noise> noises = Arrays.stream(NOISES).mapToObj(ratio -> noise(estimates, ratio)).toList();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("correlation", pairs.stream().map(EvidenceExperiment::json).toList());
    result.put("noise", noises.stream().map(EvidenceExperiment::json).toList());
    return new LabPage(
        name(),
        "Evidence in place of a threshold",
        "A weight whose removal raises the evidence should go, and there is nothing to choose. The"
            + " evidence has to be approximated, though. When is its verdict right?",
        List.of(prior(), noiseFinding(noises), correlationFinding(pairs)),
        result);
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

  private static Finding prior() {
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
    return Finding.of(
            "The prior must be shared",
            "ΔF = ½ log(s²/σ²) − μ²/(2σ²). If s² is fitted to the single weight, as ARD does, s² ="
                + " μ² + σ² and ΔF = ½ log(1 + 1/α) − 1/(2α), which is at most 0 for every α: the"
                + " prior has already closed over the weight, and removing it gains nothing. ARD"
                + " never prunes by its own evidence; it needs a threshold.",
            "Under a prior that many weights share there is a sign: the wider the prior beside the"
                + " weight's own uncertainty, the larger a weight must be to pay for itself. The"
                + " log-uniform prior of Sparse VD has no density at 0 at all; Ockham fits a shared"
                + " Gaussian to its posterior and says so.")
        .with(
            Figure.of(
                "evidence-prior",
                "ΔF over log α: never positive under a prior of the weight's own, positive for"
                    + " uncertain weights under a shared one.",
                1,
                plot.y(-6, 4).chart()))
        .beside(
            Paper.of(
                "Markovic, Friston and Kiebel, arXiv:2309.12095",
                "Removes weights of Bayesian networks by this difference, under hierarchical"
                    + " shrinkage priors."));
  }

  /** ½ log(1 + 1/α) − 1/(2α). */
  private static double ownPrior(double alpha) {
    double mean = 1 / Math.sqrt(alpha);
    return GaussianReduction.gain(
        mean, 1, GaussianReduction.sharedVariance(new double[] {mean}, new double[] {1}));
  }

  private static Finding noiseFinding(List<Noise> noises) {
    double[] ratios = noises.stream().mapToDouble(Noise::ratio).toArray();
    Noise right = noises.stream().filter(each -> each.ratio() == 1).findFirst().orElseThrow();
    Noise low = noises.getFirst();
    Noise high = noises.getLast();
    return Finding.of(
            "The noise must be right",
            "Here "
                + TRUE_WEIGHTS
                + " of "
                + WEIGHTS
                + " weights are drawn from N(0, 1) and the others are 0; each is measured by itself"
                + " with a deviation of 0.1, so that independent weights are exact. With the right"
                + " noise, "
                + percent(right.keptOfNone())
                + " of the weights that are 0 stay, and "
                + percent(right.keptOfTrue())
                + " of the true ones.",
            "If the noise is believed to be a tenth of its variance, "
                + percent(low.keptOfNone())
                + " of the zeros stay: over-confidence keeps what is noise. If it is believed to be"
                + " ten times larger, "
                + percent(high.keptOfTrue())
                + " of the true weights are left. A network that fits its training data perfectly"
                + " believes in little noise.")
        .with(
            Figure.of(
                "evidence-noise",
                "Share of weights that stay over the believed variance of the noise, relative to"
                    + " the true one.",
                1,
                Plot.wide("What stays", "believed noise variance / true", "share")
                    .dots(
                        "weights that are 0",
                        ratios,
                        noises.stream().mapToDouble(Noise::keptOfNone).toArray(),
                        Plot.RED)
                    .dots(
                        "true weights",
                        ratios,
                        noises.stream().mapToDouble(Noise::keptOfTrue).toArray(),
                        Plot.BLUE)
                    .logX()
                    .y(0, 1)
                    .chart()));
  }

  private static String percent(double share) {
    return Table.number(100 * share) + " %";
  }

  private static Finding correlationFinding(List<Pair> pairs) {
    List<List<String>> cells = new ArrayList<>();
    for (Pair pair : pairs) {
      cells.add(
          Table.row(
              Double.toString(pair.correlation()),
              pair.one(),
              pair.both(),
              pair.marginal(),
              pair.meanField()));
    }
    double[] fine = Grid.map(Grid.linear(0, 4, 81), x -> 1 - Math.pow(10, -x));
    double[] shown = Grid.map(fine, x -> 1 - x);
    Pair last = pairs.getLast();
    return Finding.of(
            "Weights that stand in for each other",
            "Two weights of "
                + WEIGHT
                + " whose inputs correlate. Where the inputs are nearly one, either weight can go ("
                + Table.number(last.one())
                + " nats), but not both ("
                + Table.number(last.both())
                + ").",
            "Independent weights cannot say so. By their true marginal variances each looks free,"
                + " and removing both would seem to gain "
                + Table.number(last.marginal())
                + " nats. By the variances that a mean-field q has, which are those with the other"
                + " weight held, both look needed ("
                + Table.number(last.meanField())
                + "): it errs on the side of keeping. That is why many weights at once must not go"
                + " by one verdict: prune, refit, ask again. Least squares over a whole layer,"
                + " as in 'prune --laplace', is the refit without training.")
        .with(
            Figure.of(
                "evidence-correlation",
                "ΔF of removing one or both of two weights against 1 − correlation: exact, and as"
                    + " independent weights have it.",
                1,
                Plot.wide("Two weights, correlated inputs", "1 − correlation", "nats")
                    .line("both, exact", shown, Grid.map(fine, x -> Pair.of(x).both()), Plot.BLACK)
                    .line("one, exact", shown, Grid.map(fine, x -> Pair.of(x).one()), Plot.GREY)
                    .line(
                        "both, marginals",
                        shown,
                        Grid.map(fine, x -> Pair.of(x).marginal()),
                        Plot.RED)
                    .dashed(
                        "both, mean field",
                        shown,
                        Grid.map(fine, x -> Pair.of(x).meanField()),
                        Plot.BLUE)
                    .logX()
                    .chart()))
        .with(
            new Table(
                "ΔF in nats; positive says: remove",
                List.of(
                    "correlation",
                    "one, exact",
                    "both, exact",
                    "both, marginals",
                    "both, mean field"),
                cells));
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
