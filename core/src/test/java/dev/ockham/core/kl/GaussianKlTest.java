package dev.ockham.core.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianKlTest {

  @Test
  void isZeroOnlyAtThePrior() {
    assertThat(new GaussianKl(0.7).value(0, 2 * Math.log(0.7))).isZero();
    assertThat(new GaussianKl(0.7).value(0.1, 2 * Math.log(0.7))).isPositive();
    assertThat(new GaussianKl(0.7).value(0, 2 * Math.log(0.6))).isPositive();
  }

  /** The integral of q·log(q/p) by the trapezoidal rule, which is exact to rounding here. */
  @ParameterizedTest
  @CsvSource({"0, 1, 1", "0.5, 0.3, 1", "-2, 1.7, 0.5", "1e-3, 1e-2, 3"})
  void agreesWithTheIntegral(double mean, double sigma, double prior) {
    double h = 0.01;
    double sum = 0;
    for (int i = -1200; i <= 1200; i++) {
      double z = i * h;
      double w = mean + sigma * z;
      double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
      sum +=
          h
              * density
              * (-z * z / 2 - Math.log(sigma) + w * w / (2 * prior * prior) + Math.log(prior));
    }
    assertThat(new GaussianKl(prior).value(mean, 2 * Math.log(sigma)))
        .isCloseTo(sum, within(1e-11 * Math.max(1, sum)));
  }

  @ParameterizedTest
  @CsvSource({"0.5, -2, 1", "-3, 1, 0.4", "0, -10, 2"})
  void derivativesAreSlopes(double mean, double logVariance, double prior) {
    GaussianKl kl = new GaussianKl(prior);
    double h = 1e-6;
    assertThat(kl.derivativeByMean(mean))
        .isCloseTo(
            (kl.value(mean + h, logVariance) - kl.value(mean - h, logVariance)) / (2 * h),
            within(1e-7));
    assertThat(kl.derivativeByLogVariance(logVariance))
        .isCloseTo(
            (kl.value(mean, logVariance + h) - kl.value(mean, logVariance - h)) / (2 * h),
            within(1e-7));
  }

  @Test
  void aPriorWithoutWidthIsRefused() {
    assertThatThrownBy(() -> new GaussianKl(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("priorDeviation = 0.0");
  }
}
