package dev.ockham.lab.experiment;

import dev.ockham.core.method.Estimator;
import dev.ockham.lab.sample.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One measured gradient variance, averaged over a layer's weights.
 *
 * @param parameterization {@code multiplicative} or {@code additive}
 * @param parameter {@code theta} or {@code sigma2}
 * @param estimator null for the gradient at the mean weights
 * @param layer {@code top} or {@code bottom}
 * @param epoch moment of training
 * @param trial batch size and counts
 * @param drawn variance over the noise, one per batch that was held; empty without noise
 * @param ofBatches variance of the gradient's mean over the noise, from batch to batch
 * @param stepMs wall-clock of one gradient on one thread
 */
record GradientVarianceRow(
    String parameterization,
    String parameter,
    @Nullable Estimator estimator,
    String layer,
    int epoch,
    GradientVarianceExperiment.Trial trial,
    List<DrawnVariance> drawn,
    double ofBatches,
    double stepMs) {

  String estimatorName() {
    return estimator == null ? "none" : estimator.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int batch() {
    return trial.batch();
  }

  /** Variance over the noise, the batch held; 0 without noise. */
  double variance() {
    return mean(DrawnVariance::total);
  }

  /** Standard error of {@link #variance}, from independent repetitions. */
  double spread() {
    return error(DrawnVariance::total);
  }

  double covariance() {
    return mean(DrawnVariance::covariance);
  }

  double covarianceSpread() {
    return error(DrawnVariance::covariance);
  }

  /** Over noise and batches, by the law of total variance. */
  double total() {
    return variance() + ofBatches;
  }

  /** In how many repetitions another estimator has more variance on the same batch. */
  long below(GradientVarianceRow other) {
    long count = 0;
    for (int i = 0; i < drawn.size(); i++) {
      count += drawn.get(i).total() < other.drawn.get(i).total() ? 1 : 0;
    }
    return count;
  }

  /**
   * How many times another estimator's variance this has on the same batches.
   *
   * @param ratio geometric mean over repetitions
   * @param error its standard error
   */
  record Margin(double ratio, double error) {}

  /** Margin over another estimator, batch by batch. */
  Margin over(GradientVarianceRow other) {
    double[] logs = new double[drawn.size()];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(drawn.get(i).total() / other.drawn.get(i).total());
    }
    Moments moments = Moments.of(logs);
    double ratio = Math.exp(moments.mean());
    return new Margin(ratio, ratio * moments.meanError());
  }

  private double mean(ToDoubleFunction<DrawnVariance> part) {
    return drawn.stream().mapToDouble(part).average().orElse(0);
  }

  private double error(ToDoubleFunction<DrawnVariance> part) {
    int n = drawn.size();
    if (n < 2) {
      return 0;
    }
    double mean = mean(part);
    double squares =
        drawn.stream().mapToDouble(v -> Math.pow(part.applyAsDouble(v) - mean, 2)).sum();
    return Math.sqrt(squares / (n - 1) / n);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("parameterization", parameterization);
    json.put("parameter", parameter);
    json.put("estimator", estimatorName());
    json.put("layer", layer);
    json.put("epoch", epoch);
    json.put("batch", batch());
    json.put("variance", variance());
    json.put("spread", spread());
    json.put("variance_part", variance() - covariance());
    json.put("covariance_part", covariance());
    json.put("covariance_spread", covarianceSpread());
    json.put("data_variance", ofBatches);
    json.put("total_variance", total());
    json.put("data_share", total() == 0 ? 0.0 : ofBatches / total());
    json.put("repetitions", drawn.size());
    json.put("draws", estimator == null ? 0 : trial.draws());
    json.put("step_ms", stepMs);
    return json;
  }
}
