package dev.ockham.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependentFactorTest {

  private static final double RHO = Math.sqrt(5);

  /** The KL is that of two Gaussians: E log q − log p, here by the trapezoidal rule. */
  @ParameterizedTest
  @CsvSource({"1, 0.5413", "0, -1", "-2.5, 2", "3, -3"})
  void klIsThatOfTwoGaussians(double eta, double rawSigma) {
    double sigma = Math.log1p(Math.exp(rawSigma));
    double sum = 0;
    double width = 1e-3;
    for (double x = -9; x <= 9; x += width) {
      double z = eta + sigma * x;
      double logQ = -0.5 * x * x - Math.log(sigma);
      double logP = -0.5 * z * z / (RHO * RHO) - Math.log(RHO);
      sum += width * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) * (logQ - logP);
    }

    assertThat(DependentFactor.kl(eta, rawSigma).value()).isCloseTo(sum, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.5413", "0, -1", "-2.5, 2", "3, -3"})
  void derivativesAreThoseOfDifferences(double eta, double rawSigma) {
    double h = 1e-5;
    DependentFactor.Kl kl = DependentFactor.kl(eta, rawSigma);

    double byEta =
        DependentFactor.kl(eta + h, rawSigma).value()
            - DependentFactor.kl(eta - h, rawSigma).value();
    double bySigma =
        DependentFactor.kl(eta, rawSigma + h).value()
            - DependentFactor.kl(eta, rawSigma - h).value();
    assertThat(kl.byEta()).isCloseTo(byEta / (2 * h), within(1e-7));
    assertThat(kl.bySigma()).isCloseTo(bySigma / (2 * h), within(1e-7));
  }
}
