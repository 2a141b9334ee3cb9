package dev.ockham.train.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.numbers.gamma.Erfc;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws of gates against what their beliefs say of them. */
class GateSamplingTest {

  private static final int DRAWS = 200_000;
  private static final double SIGMAS = 5;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  /**
   * Draws of equal units.
   *
   * @param shared the noise that all examples share; NaN for one drawn
   * @return {@code [examples, units]}
   */
  private static double[] draw(
      GateBelief belief, double first, double second, int examples, int units, double shared) {
    try (Arena arena = Arena.ofConfined();
        TensorScope _ = new TensorScope();
        NativeTensor noise = NativeTensor.floats(arena, 1 + examples, units)) {
      int[] rows = IntStream.range(-1, examples).toArray();
      Kernels.create()
          .fillNormal(
              NoiseKey.of(3, 1, -1), rows, units, noise.segment(), 0, (1L + examples) * units);
      for (int i = 0; i < units && !Double.isNaN(shared); i++) {
        noise.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) shared);
      }
      List<Tensor> numbers = new ArrayList<>();
      double[] values = {first, second};
      for (int i = 0; i < belief.names().length; i++) {
        float[] all = new float[units];
        Arrays.fill(all, (float) values[i]);
        NativeTensor number = NativeTensor.floats(arena, units);
        number.set(all);
        numbers.add(number.tensor());
      }
      Tensor z = GateSampling.sample(belief, numbers, noise.tensor()).contiguous();
      float[] drawn = TensorMemory.of(z).toArray(ValueLayout.JAVA_FLOAT);
      return IntStream.range(0, drawn.length).mapToDouble(i -> drawn[i]).toArray();
    }
  }

  private static double share(double[] z, double from, double to) {
    return Arrays.stream(z).filter(x -> x >= from && x <= to).count() / (double) z.length;
  }

  private static void assertShare(double actual, double expected) {
    assertThat(actual)
        .isCloseTo(expected, within(SIGMAS * Math.sqrt(expected * (1 - expected) / DRAWS)));
  }

  private static void assertMoments(double[] z, double mean, double variance) {
    double first = Arrays.stream(z).sum() / z.length;
    double second = Arrays.stream(z).map(x -> Math.pow(x - mean, 2)).sum() / z.length;
    double fourth = Arrays.stream(z).map(x -> Math.pow(x - mean, 4)).sum() / z.length;
    assertThat(first).isCloseTo(mean, within(SIGMAS * Math.sqrt(variance / z.length)));
    assertThat(second)
        .isCloseTo(variance, within(SIGMAS * Math.sqrt((fourth - variance * variance) / z.length)));
  }

  @ParameterizedTest
  @CsvSource({"1, -2", "-0.4, 0.5"})
  void gaussianFactorsHaveTheirMeanAndVariance(double mu, double logSigma2) {
    double[] z = draw(new GaussianFactorGate(KlTerm.ARD), mu, logSigma2, DRAWS, 1, Double.NaN);
    assertMoments(z, mu, Math.exp(logSigma2));
  }

  @ParameterizedTest
  @CsvSource({"0, -1", "-1.5, -0.5", "-4, 1", "1, 0"})
  void logNormalFactorsHaveTheMomentsOfTheCutDistribution(double mu, double logSigma) {
    LogNormalGate gate = new LogNormalGate();
    GateBelief.Parameters at = new GateBelief.Parameters(mu, logSigma);
    double[] z = draw(gate, mu, logSigma, DRAWS, 1, Double.NaN);
    assertThat(share(z, Double.MIN_VALUE, 1)).isEqualTo(1);
    assertMoments(z, gate.factor(at), Math.pow(gate.factor(at) * Math.exp(gate.score(at)), 2));
  }

  @ParameterizedTest
  @CsvSource({"-2", "0", "1.5", "3"})
  void hardConcreteGatesAreExactlyZeroAndOneAsOftenAsTheyShould(double logAlpha) {
    double[] z = draw(new HardConcreteGate(1), logAlpha, 0, DRAWS, 1, Double.NaN);
    // s ≤ 1/12 and s ≥ 11/12, whose logits are ∓ log 11.
    double cut = 2.0 / 3 * Math.log(11);
    assertShare(share(z, 0, 0), 1 / (1 + Math.exp(logAlpha + cut)));
    assertShare(share(z, 1, 1), 1 / (1 + Math.exp(cut - logAlpha)));
  }

  /** π is drawn once for a batch, and z for each of its examples with that probability. */
  @ParameterizedTest
  @CsvSource({"1, 0.5, -0.5", "-1, 0.5413, -1.5", "2, -0.3, 0.7"})
  void betaBernoulliSharesItsProbabilityAndNotItsDraws(double rawA, double rawB, double shared) {
    double a = Math.log1p(Math.exp(rawA));
    double b = Math.log1p(Math.exp(rawB));
    double u = 0.5 * Erfc.value(-shared / Math.sqrt(2));
    double pi = Math.pow(1 - Math.pow(u, 1 / b), 1 / a);
    double[] z = draw(new BetaBernoulliGate(1e-4), rawA, rawB, DRAWS, 1, shared);
    assertShare(share(z, 0.5, 1), pi);
  }

  @Test
  void betaBernoulliIsOpenAsOftenAsItsFactorSays() {
    BetaBernoulliGate gate = new BetaBernoulliGate(1e-4);
    double[] z = draw(gate, 0.4, 0.8, 1, DRAWS, Double.NaN);
    assertShare(share(z, 0.5, 1), gate.factor(new GateBelief.Parameters(0.4, 0.8)));
  }
}
