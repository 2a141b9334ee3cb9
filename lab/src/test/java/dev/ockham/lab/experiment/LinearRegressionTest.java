package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearRegressionTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void klAndElboAddUpToTheEvidenceForAnyQ(int weights) {
    LinearRegression data = LinearRegression.of(5, 12, weights);
    for (double shift : new double[] {-2, 0, 0.7}) {
      FactorizedGaussian q = FactorizedGaussian.prior(weights);
      for (int j = 0; j < weights; j++) {
        q.mean()[j] = shift + 0.1 * j;
        q.logVariance()[j] = -1 - shift + 0.3 * j;
      }
      double kl = data.klToPosterior(q);
      assertThat(kl).isPositive();
      assertThat(kl + data.elbo(q)).isCloseTo(data.logEvidence(), within(1e-10));
    }
  }

  @Test
  void withOneWeightTheBestQIsThePosterior() {
    LinearRegression data = LinearRegression.of(5, 12, 1);
    assertThat(data.klToPosterior(data.bestFactorized())).isCloseTo(0, within(1e-12));
  }

  /** For two weights of correlation ρ the gap is −½ log(1 − ρ²). */
  @Test
  void withTwoWeightsTheGapIsThatOfTheirCorrelation() {
    LinearRegression data = LinearRegression.of(5, 12, 2);
    double[][] p = data.precision();
    double rho = p[0][1] / Math.sqrt(p[0][0] * p[1][1]);
    assertThat(data.klToPosterior(data.bestFactorized()))
        .isCloseTo(-0.5 * Math.log1p(-rho * rho), within(1e-12))
        .isGreaterThan(0.01);
  }

  @Test
  void theEvidenceOfOneExampleIsANormalDensity() {
    LinearRegression data = new LinearRegression(new double[][] {{2}}, new double[] {1.5}, 0.25);
    double variance = 0.25 + 4;
    assertThat(data.logEvidence())
        .isCloseTo(
            -0.5 * Math.log(2 * Math.PI * variance) - 1.5 * 1.5 / (2 * variance), within(1e-12));
  }

  /** The mean of many estimates is the gradient of the exact ELBO. */
  @Test
  void theSampledGradientIsUnbiased() {
    LinearRegression data = LinearRegression.of(2, 9, 2);
    FactorizedGaussian q = new FactorizedGaussian(new double[] {0.3, -0.2}, new double[] {-2, -3});
    int draws = 200_000;
    double[] sum = new double[4];
    double[] squares = new double[4];
    for (int i = 0; i < draws; i++) {
      double[] g = SgvbFit.gradient(data, q, 3, NoiseKey.of(9, i, 0));
      for (int j = 0; j < 4; j++) {
        sum[j] += g[j];
        squares[j] += g[j] * g[j];
      }
    }
    double h = 1e-5;
    for (int j = 0; j < 4; j++) {
      double mean = sum[j] / draws;
      double error = Math.sqrt((squares[j] / draws - mean * mean) / draws);
      double slope = (elboAt(data, q, j, h) - elboAt(data, q, j, -h)) / (2 * h);
      assertThat(mean).as("parameter " + j).isCloseTo(slope, within(5 * error));
    }
  }

  private static double elboAt(LinearRegression data, FactorizedGaussian q, int j, double h) {
    FactorizedGaussian moved = q.copy();
    (j < 2 ? moved.mean() : moved.logVariance())[j % 2] += h;
    return data.elbo(moved);
  }
}
