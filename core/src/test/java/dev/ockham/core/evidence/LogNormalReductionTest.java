package dev.ockham.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.gate.GateBelief;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogNormalReductionTest {

  private static final int CELLS = 400_000;

  private static double between(double from, double to, DoubleUnaryOperator function) {
    double step = (to - from) / CELLS;
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += step * function.applyAsDouble(from + (i + 0.5) * step);
    }
    return sum;
  }

  private static double kernel(double x, double mean, double deviation) {
    double off = (x - mean) / deviation;
    return Math.exp(-0.5 * off * off) / deviation;
  }

  @ParameterizedTest
  @CsvSource({
    "-0.1, -2, 4",
    "-3, 0, 8",
    "-9, 0.5, 8",
    "-18, -1, 8",
    "-25, 1, 12",
    "-6, 0, 23",
    "2, 1.5, 8"
  })
  void uniformIsTheRatioOfMasses(double mu, double logSigma, int bits) {
    double sigma = Math.exp(logSigma);
    double upTo = -bits * Math.log(2);
    double part = between(-20, upTo, x -> kernel(x, mu, sigma));
    double all = between(-20, 0, x -> kernel(x, mu, sigma));
    double expected = Math.log(part / all) - Math.log((upTo + 20) / 20);
    double gain =
        new LogNormalReduction.Uniform(bits).gain(new GateBelief.Parameters(mu, logSigma));
    if (part > 1e-290) {
      assertThat(gain).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
    } else {
      assertThat(gain).isLessThan(-600);
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.1, -1, -20, 3", "-9, 0.5, -15, 2", "-18, -1, -20, 1", "-25, 1, -20, 4"})
  void spikeIsTheIntegralOfTheRatio(double mu, double logSigma, double center, double deviation) {
    double sigma = Math.exp(logSigma);
    double mass = between(-20, 0, x -> kernel(x, mu, sigma));
    double spike = between(-20, 0, x -> kernel(x, center, deviation));
    double integral =
        between(-20, 0, x -> kernel(x, mu, sigma) / mass * kernel(x, center, deviation) / spike);
    double expected = Math.log(20 * integral);
    assertThat(
            new LogNormalReduction.Spike(center, deviation)
                .gain(new GateBelief.Parameters(mu, logSigma)))
        .isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
  }

  @Test
  void shutGatesGoAndOpenOnesStay() {
    LogNormalReduction usual = LogNormalReduction.standard();
    assertThat(usual.gain(new GateBelief.Parameters(0, -5))).isNegative();
    assertThat(usual.gain(new GateBelief.Parameters(-12, 0))).isPositive();
    // As uncertain as the prior: nothing is gained, nothing lost.
    assertThat(usual.gain(new GateBelief.Parameters(-10, 8))).isCloseTo(0, within(1e-4));
  }

  @Test
  void refusesWhatHasNoInterval() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogNormalReduction.Uniform(29))
        .withMessage("bits = 29 is outside 1 to 28");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogNormalReduction.Spike(-21, 1))
        .withMessage("center = -21.0 is outside -20.0 to 0");
  }
}
