package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a Monte-Carlo estimate of dKL/dlogα costs where a closed form exists. With w = θ(1 + √α z)
 * the KL from the log-uniform prior is E[log q(w) + log |w|] + const, and its derivative is the
 * mean of one of two random numbers:
 *
 * <ul>
 *   <li>path: −½ + ½ √α z/(1 + √α z), differentiating through w. Its denominator has density at 0,
 *       so its mean exists as a principal value only and its variance is infinite;
 *   <li>score: (log q(w) + log |w|)·½(z² − 1), differentiating the density. Its variance is finite.
 * </ul>
 *
 * @param logAlpha natural log of α
 * @param exact dKL/dlogα by Dawson's function
 * @param score moments of single draws of the score estimator
 * @param pathVariances sample variances of the path estimator after 10², 10³, ..., 10⁶ draws
 */
record SampledKlGradient(double logAlpha, double exact, Moments score, List<Double> pathVariances) {

  private static final int DRAWS = 1_000_000;
  private static final double[] COUNTS = {1e2, 1e3, 1e4, 1e5, 1e6};
  private static final List<Double> LOG_ALPHAS = List.of(-2.0, 0.0, 3.0);

  /** Far from the streams of other experiments. */
  private static final long STEP = 77;

  static List<SampledKlGradient> ofAll(long seed) {
    List<SampledKlGradient> all = new ArrayList<>();
    for (int i = 0; i < LOG_ALPHAS.size(); i++) {
      all.add(of(LOG_ALPHAS.get(i), NoiseKey.of(seed, STEP, i)));
    }
    return all;
  }

  private static SampledKlGradient of(double logAlpha, NoiseKey key) {
    double root = Math.exp(logAlpha / 2);
    double[] path = new double[DRAWS];
    double[] score = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      double z = CounterDraws.normal(key, i, 0);
      double w = 1 + root * z;
      path[i] = -0.5 + 0.5 * root * z / w;
      double logRatio = -logAlpha / 2 - z * z / 2 + Math.log(Math.abs(w));
      score[i] = logRatio * 0.5 * (z * z - 1);
    }
    List<Double> variances = new ArrayList<>();
    for (double count : COUNTS) {
      variances.add(Moments.of(Arrays.copyOf(path, (int) count)).variance());
    }
    return new SampledKlGradient(
        logAlpha, KlTerm.EXACT.derivative(logAlpha), Moments.of(score), variances);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("log_alpha", logAlpha);
    json.put("exact", exact);
    json.put("score_mean", score.mean());
    json.put("score_mean_error", score.meanError());
    json.put("score_variance", score.variance());
    json.put("path_variance_by_draws", pathVariances);
    return json;
  }

  static Finding finding(List<SampledKlGradient> all, List<SampledGaussianGradient> gaussian) {
    Plot plot =
        Plot.wide("Variance of a sampled KL gradient", "draws", "sample variance").logX().logY();
    var colors = List.of(Plot.BLUE, Plot.BLACK, Plot.RED);
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      SampledKlGradient row = all.get(i);
      plot =
          plot.dots(
              String.format(Locale.ROOT, "log α = %.0f", row.logAlpha()),
              COUNTS,
              row.pathVariances().stream().mapToDouble(v -> v).toArray(),
              colors.get(i));
      cells.add(
          Table.row(
              String.format(Locale.ROOT, "%.0f", row.logAlpha()),
              row.exact(),
              String.format(
                  Locale.ROOT, "%.4f ± %.4f", row.score().mean(), row.score().meanError()),
              row.score().variance(),
              "0"));
    }
    return Finding.of(
            "Do not sample what has a closed form",
            "A sampled KL adds variance to the gradient that nothing asks for. Under a Gaussian"
                + " prior it is σ² for the mean: as much as the posterior itself is uncertain, in"
                + " every step and for every weight, on top of what the data and the sampled"
                + " likelihood bring. The closed form is one line and has none of it.",
            "Under the log-uniform prior it is worse: differentiating through the weight divides by"
                + " the weight, which may be as near to 0 as chance likes, and the variance is"
                + " infinite. Its estimate from a sample jumps up with every unlucky draw and"
                + " settles nowhere.",
            "Differentiating the density instead of the weight has a finite variance, in the table"
                + " for a single draw. A closed form has none.")
        .with(
            Figure.of(
                "kl-sampled-gradient",
                "Sample variance of the KL's path gradient after more and more draws: it does not"
                    + " converge, since the true one is infinite.",
                1,
                plot.chart()))
        .with(
            new Table(
                "dKL/dlog α of one weight; a million draws",
                List.of(
                    "log α",
                    "exact",
                    "score estimator, mean",
                    "its variance",
                    "variance of the closed form"),
                cells),
            SampledGaussianGradient.table(gaussian))
        .beside(
            Paper.of(
                "Kingma and Welling, arXiv:1312.6114, section 2.3",
                "Gives two estimators of the bound. The second takes the KL in closed form and"
                    + " samples the likelihood alone; it typically has less variance. The tutorial"
                    + " this guide follows says it as a rule: what can be computed need not be"
                    + " approximated."));
  }
}
