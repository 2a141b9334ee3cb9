package dev.ockham.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianReductionTest {

  /** log ∫ q(w) p̃(w)/p(w) dw by the midpoint rule, with a spike that is narrow beside q. */
  private static double byQuadrature(double mean, double variance, double prior) {
    double width = 1e-3 * Math.sqrt(variance);
    int cells = 200_000;
    double step = 24 * width / cells;
    double sum = 0;
    for (int i = 0; i < cells; i++) {
      double w = -12 * width + (i + 0.5) * step;
      sum += step * normal(w, 0, width * width) * normal(w, mean, variance) / normal(w, 0, prior);
    }
    return Math.log(sum);
  }

  private static double normal(double x, double mean, double variance) {
    double off = x - mean;
    return Math.exp(-0.5 * off * off / variance) / Math.sqrt(2 * Math.PI * variance);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1, 1", "0.3, 0.1, 1", "-1.2, 0.04, 2", "0.01, 0.9, 1", "2, 1, 1.5"})
  void isTheIntegralUnderASpike(double mean, double variance, double prior) {
    assertThat(GaussianReduction.gain(mean, variance, prior))
        .isCloseTo(byQuadrature(mean, variance, prior), within(2e-5));
  }

  @ParameterizedTest
  @CsvSource({"1e-2", "0.1", "1", "20", "1e6"})
  void neverRemovesUnderAPriorOfTheWeightAlone(double alpha) {
    double mean = 0.7;
    double variance = alpha * mean * mean;
    double own = GaussianReduction.sharedVariance(new double[] {mean}, new double[] {variance});
    assertThat(GaussianReduction.gain(mean, variance, own)).isNegative();
    assertThat(GaussianReduction.gain(mean, variance, own * Math.exp(2 / alpha))).isPositive();
  }

  @Test
  void sharedVarianceIsWhereTheBoundIsHighest() {
    double[] means = {0.5, -0.2, 1.4};
    double[] variances = {0.1, 0.3, 0.02};
    double best = GaussianReduction.sharedVariance(means, variances);
    for (double factor : new double[] {0.9, 0.99, 1.01, 1.1}) {
      assertThat(kl(means, variances, factor * best)).isGreaterThan(kl(means, variances, best));
    }
  }

  private static double kl(double[] means, double[] variances, double prior) {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      double square = means[i] * means[i] + variances[i];
      sum += 0.5 * (square / prior - 1 + Math.log(prior / variances[i]));
    }
    return sum;
  }

  @Test
  void refusesWhatIsNoVariance() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianReduction.gain(1, 0, 1))
        .withMessage("variance = 0.0, it must be positive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianReduction.gain(Double.NaN, 1, 1))
        .withMessage("mean = NaN is not finite");
  }
}
