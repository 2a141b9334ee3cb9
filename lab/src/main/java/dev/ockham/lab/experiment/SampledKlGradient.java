package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
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

  /** Fills its part of the page. */
  static void fill(PageText text, List<SampledKlGradient> all) {
    Plot plot =
        Plot.wide("Variance of a sampled KL gradient", "draws", "sample variance").logX().logY();
    var colors = List.of(Plot.BLUE, Plot.BLACK, Plot.RED);
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      SampledKlGradient row = all.get(i);
      String logAlpha = String.format(Locale.ROOT, "%.0f", row.logAlpha());
      double[] variances = Grid.of(row.pathVariances(), v -> v);
      plot = plot.dots("log α = " + logAlpha, COUNTS, variances, colors.get(i));
      cells.add(
          Table.row(logAlpha, row.exact(), row.score().meanText(4), row.score().variance(), "0"));
    }
    text.put("draws", DRAWS).chart("kl-sampled-gradient", plot.chart()).rows("sampled", cells);
  }
}
