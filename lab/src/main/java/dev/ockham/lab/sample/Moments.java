package dev.ockham.lab.sample;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mean and variance of a sample, each with its standard error.
 *
 * @param count number of draws
 * @param mean sample mean
 * @param meanError its standard error
 * @param variance sample variance
 * @param varianceError its standard error, from the fourth central moment
 * @param excessKurtosis fourth central moment over the squared variance, minus 3; 0 for a Gaussian
 */
public record Moments(
    int count,
    double mean,
    double meanError,
    double variance,
    double varianceError,
    double excessKurtosis) {

  /** Of at least two draws. */
  public static Moments of(double[] sample) {
    int n = sample.length;
    if (n < 2) {
      throw new IllegalArgumentException("a sample of " + n + " has no variance");
    }
    double sum = 0;
    for (double x : sample) {
      sum += x;
    }
    double mean = sum / n;
    double second = 0;
    double fourth = 0;
    for (double x : sample) {
      double square = (x - mean) * (x - mean);
      second += square;
      fourth += square * square;
    }
    double variance = second / (n - 1);
    double central = second / n;
    double spread = Math.max(0, fourth / n - central * central);
    double kurtosis = central == 0 ? 0 : fourth / n / (central * central) - 3;
    return new Moments(n, mean, Math.sqrt(variance / n), variance, Math.sqrt(spread / n), kurtosis);
  }

  /** {@code 0.998 ± 0.003}: the mean and its standard error, with so many digits. */
  public String meanText(int digits) {
    return new Spread(mean, meanError).text(digits);
  }

  /** The variance and its standard error, with so many digits. */
  public String varianceText(int digits) {
    return new Spread(variance, varianceError).text(digits);
  }

  /** For {@code result.json}: mean and variance, each with its error and what it is exactly. */
  public Map<String, Object> json(double exactMean, double exactVariance) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", mean);
    json.put("mean_error", meanError);
    json.put("exact_mean", exactMean);
    json.put("variance", variance);
    json.put("variance_error", varianceError);
    json.put("exact_variance", exactVariance);
    return json;
  }

  /** Correlation of two samples of one length, −1 to 1. */
  public static double correlation(double[] xs, double[] ys) {
    Moments ofX = of(xs);
    Moments ofY = of(ys);
    double sum = 0;
    for (int i = 0; i < xs.length; i++) {
      sum += (xs[i] - ofX.mean()) * (ys[i] - ofY.mean());
    }
    return sum / (xs.length - 1) / Math.sqrt(ofX.variance() * ofY.variance());
  }
}
