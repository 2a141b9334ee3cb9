package dev.ockham.core.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every KL against its definition E_q[log q − log p] by sampling, within five standard errors. */
class KlMonteCarloTest {

  private static final int DRAWS = 1_000_000;
  private static final double[] NORMALS = normals();

  /** E log|ε| of a standard normal, −(γ + log 2)/2: what makes the KL go to 0. */
  private static final double LOG_ABS_NORMAL = -0.6351814227307391;

  private record Estimate(double mean, double error) {}

  private static double[] normals() {
    NoiseKey key = NoiseKey.of(2015, 12, 8);
    double[] normals = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      normals[i] = CounterDraws.normal(key, i >> 10, i & 1023);
    }
    return normals;
  }

  private static Estimate expectation(DoubleUnaryOperator f) {
    double sum = 0;
    double squares = 0;
    for (double z : NORMALS) {
      double value = f.applyAsDouble(z);
      sum += value;
      squares += value * value;
    }
    double mean = sum / DRAWS;
    return new Estimate(mean, Math.sqrt((squares / DRAWS - mean * mean) / DRAWS));
  }

  /**
   * Of a multiplicative posterior w = θ(1 + √α·ε) from p(log|w|) ∝ const: E log|1 + √α·ε| − ½ log α
   * but for a constant.
   */
  private static Estimate logUniform(double logAlpha) {
    double deviation = Math.exp(0.5 * logAlpha);
    Estimate signal = expectation(z -> Math.log(Math.abs(1 + deviation * z)));
    return new Estimate(signal.mean() - 0.5 * logAlpha - LOG_ABS_NORMAL, signal.error());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-8, -5, -3, -2, -1, 0, 0.5, 1, 2, 3, 5, 8})
  void logUniformFormsAgreeWithSamples(double logAlpha) {
    Estimate kl = logUniform(logAlpha);
    double limit = 5 * kl.error();
    assertThat(KlTerm.EXACT.value(logAlpha)).isCloseTo(kl.mean(), within(limit));
    assertThat(KlTerm.MOLCHANOV.value(logAlpha))
        .as("the sigmoid fit is off by 0.0094 at most")
        .isCloseTo(kl.mean(), within(limit + 0.0095));
    if (logAlpha <= 0) {
      assertThat(KlTerm.KINGMA_CUBIC.value(logAlpha))
          .as("the cubic fit is off by 0.0402 at most where it is used")
          .isCloseTo(kl.mean(), within(limit + 0.0405));
      assertThat(KlTerm.LOWER_BOUND.value(logAlpha))
          .as("a bound of the ELBO from below is one of the KL from above")
          .isGreaterThan(kl.mean() - limit);
    }
  }

  /** From the Gaussian N(0, σ² + θ²) that fits the weight best; the same for every θ. */
  @ParameterizedTest
  @CsvSource({"-6, 0.3", "-1, -2", "0, 1", "2, 0.01", "6, 5"})
  void ardAgreesWithSamples(double logAlpha, double theta) {
    double sigma = Math.abs(theta) * Math.exp(0.5 * logAlpha);
    double prior = Math.sqrt(theta * theta + sigma * sigma);
    Estimate kl = gaussian(theta, sigma, prior);
    assertThat(KlTerm.ARD.value(logAlpha)).isCloseTo(kl.mean(), within(5 * kl.error()));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "0.5, 0.3, 1", "-2, 1.7, 0.5", "1e-3, 1e-2, 3", "0.02, 0.05, 0.1"})
  void gaussianAgreesWithSamples(double mean, double sigma, double prior) {
    Estimate kl = gaussian(mean, sigma, prior);
    assertThat(new GaussianKl(prior).value(mean, 2 * Math.log(sigma)))
        .isCloseTo(kl.mean(), within(5 * kl.error() + 1e-12));
  }

  /** Of N(mean, sigma²) from N(0, prior²). */
  private static Estimate gaussian(double mean, double sigma, double prior) {
    return expectation(z -> {
      double w = (mean + sigma * z) / prior;
      return Math.log(prior / sigma) + 0.5 * (w * w - z * z);
    });
  }
}
