package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The gradient of KL(N(μ, σ²) ‖ N(0, 1)) by single draws w = μ + σε, beside its closed form. Here
 * both are well behaved: log q(w) − log p(w) has the path gradients w by μ, with variance σ², and
 * ½(σεw − 1) by log σ², with variance ¼(σ²μ² + 2σ⁴).
 *
 * @param mean μ
 * @param deviation σ
 * @param byMean moments of single draws of the gradient by μ
 * @param byLogVariance moments of single draws of the gradient by log σ²
 */
record SampledGaussianGradient(
    double mean, double deviation, Moments byMean, Moments byLogVariance) {

  private static final int DRAWS = 200_000;

  /** Far from the streams of other experiments. */
  private static final long STEP = 78;

  static List<SampledGaussianGradient> ofAll(long seed) {
    return List.of(
        of(0.5, 0.1, NoiseKey.of(seed, STEP, 0)), of(0.5, 1, NoiseKey.of(seed, STEP, 1)));
  }

  private static SampledGaussianGradient of(double mean, double deviation, NoiseKey key) {
    double[] byMean = new double[DRAWS];
    double[] byLogVariance = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      double noise = deviation * CounterDraws.normal(key, i, 0);
      byMean[i] = mean + noise;
      byLogVariance[i] = 0.5 * (noise * byMean[i] - 1);
    }
    return new SampledGaussianGradient(
        mean, deviation, Moments.of(byMean), Moments.of(byLogVariance));
  }

  private double logVariance() {
    return 2 * Math.log(deviation);
  }

  double exactByMean() {
    return new GaussianKl(1).derivativeByMean(mean);
  }

  double exactByLogVariance() {
    return new GaussianKl(1).derivativeByLogVariance(logVariance());
  }

  double varianceByMean() {
    return deviation * deviation;
  }

  double varianceByLogVariance() {
    double square = deviation * deviation;
    return 0.25 * (square * mean * mean + 2 * square * square);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", mean);
    json.put("deviation", deviation);
    json.put("by_mean", json(byMean, exactByMean(), varianceByMean()));
    json.put("by_log_variance", json(byLogVariance, exactByLogVariance(), varianceByLogVariance()));
    return json;
  }

  private static Map<String, Object> json(Moments moments, double exact, double exactVariance) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("exact", exact);
    json.put("mean", moments.mean());
    json.put("mean_error", moments.meanError());
    json.put("variance", moments.variance());
    json.put("variance_error", moments.varianceError());
    json.put("exact_variance", exactVariance);
    return json;
  }

  /** Fills its part of the page. */
  static void fill(PageText text, List<SampledGaussianGradient> all) {
    List<List<String>> cells = new ArrayList<>();
    for (SampledGaussianGradient row : all) {
      String where = String.format(Locale.ROOT, "μ = %.1f, σ = %.1f", row.mean(), row.deviation());
      cells.add(cells(where, "μ", row.byMean(), row.exactByMean(), row.varianceByMean()));
      cells.add(
          cells(
              where,
              "log σ²",
              row.byLogVariance(),
              row.exactByLogVariance(),
              row.varianceByLogVariance()));
    }
    text.put("gaussianDraws", DRAWS).rows("gaussian", cells);
  }

  private static List<String> cells(
      String where, String by, Moments moments, double exact, double variance) {
    return Table.row(where, by, exact, moments.meanText(4), moments.variance(), variance, "0");
  }
}
