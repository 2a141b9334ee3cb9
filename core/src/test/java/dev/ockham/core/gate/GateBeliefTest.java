package dev.ockham.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.noise.CounterDraws;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GateBeliefTest {

  private static final int CELLS = 400_000;

  static Stream<Arguments> everywhere() {
    return Stream.of(
            new BetaBernoulliGate(1e-4),
            new BetaBernoulliGate(0.3),
            new LogNormalGate(),
            new GaussianFactorGate(KlTerm.EXACT),
            new GaussianFactorGate(KlTerm.ARD),
            new HardConcreteGate(1),
            new HardConcreteGate(300))
        .flatMap(belief ->
            Stream.of(-3.0, -0.4, 0.9, 2.0)
                .flatMap(first ->
                    Stream.of(-4.0, -1.0, 0.7)
                        .map(second ->
                            Arguments.of(belief, new GateBelief.Parameters(first, second)))));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void derivativesAreThoseOfTheValue(GateBelief belief, GateBelief.Parameters at) {
    double step = 1e-5;
    GateBelief.Kl kl = belief.kl(at);
    double byFirst =
        (belief.kl(new GateBelief.Parameters(at.first() + step, at.second())).value()
                - belief.kl(new GateBelief.Parameters(at.first() - step, at.second())).value())
            / (2 * step);
    double bySecond =
        (belief.kl(new GateBelief.Parameters(at.first(), at.second() + step)).value()
                - belief.kl(new GateBelief.Parameters(at.first(), at.second() - step)).value())
            / (2 * step);
    assertThat(kl.byFirst()).isCloseTo(byFirst, within(1e-6 * (1 + Math.abs(byFirst))));
    assertThat(kl.bySecond()).isCloseTo(bySecond, within(1e-6 * (1 + Math.abs(bySecond))));
  }

  /** E over u of a function of π = (1 − u^(1/b))^(1/a), by the midpoint rule. */
  private static double overU(DoubleUnaryOperator of) {
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      sum += of.applyAsDouble((i + 0.5) / CELLS);
    }
    return sum / CELLS;
  }

  @ParameterizedTest
  @CsvSource({"-1, 0.5413, 1e-4", "2, 0.5413, 1e-4", "0.3, 1.5, 0.01", "1.1, -0.6, 0.5"})
  void betaBernoulliAgreesWithQuadrature(double rawA, double rawB, double prior) {
    double a = Math.log1p(Math.exp(rawA));
    double b = Math.log1p(Math.exp(rawB));
    BetaBernoulliGate gate = new BetaBernoulliGate(prior);
    GateBelief.Parameters at = new GateBelief.Parameters(rawA, rawB);
    double kl =
        overU(u -> {
          double logPi = Math.log1p(-Math.pow(u, 1 / b)) / a;
          double logQ = Math.log(a * b) + (a - 1) * logPi + (b - 1) / b * Math.log(u);
          return logQ - Math.log(prior) - (prior - 1) * logPi;
        });
    assertThat(gate.kl(at).value()).isCloseTo(kl, within(2e-4 * (1 + kl)));
    double mean = overU(u -> Math.pow(-Math.expm1(Math.log(u) / b), 1 / a));
    assertThat(gate.factor(at)).isCloseTo(mean, within(1e-6));
    assertThat(gate.score(at)).isCloseTo(-Math.log(mean), within(1e-4));
  }

  @Test
  void betaBernoulliCostsNothingAtItsPrior() {
    double raw = Math.log(Math.expm1(0.3));
    GateBelief.Kl kl =
        new BetaBernoulliGate(0.3).kl(new GateBelief.Parameters(raw, Math.log(Math.expm1(1))));
    assertThat(kl.value()).isCloseTo(0, within(1e-12));
    assertThat(kl.byFirst()).isCloseTo(0, within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BetaBernoulliGate(0))
        .withMessageContaining("prior = 0.0");
  }

  /** Also where the interval lies far in a tail of the normal it is cut from. */
  @ParameterizedTest
  @CsvSource({"0, -5", "0, 0", "-3, 0.5", "-12, 1", "-24, 0.3", "2, -1.5", "-19.5, -2", "-8, 2.5"})
  void logNormalAgreesWithQuadrature(double mu, double logSigma) {
    double sigma = Math.exp(logSigma);
    double from = Math.max(LogNormalGate.LOWEST, Math.min(0, mu) - 40 * sigma);
    double to = Math.min(0, Math.max(LogNormalGate.LOWEST, mu) + 40 * sigma);
    double nearest = Math.clamp(mu, from, to);
    double[] sums = new double[4]; // mass, ∫ q log q, E z, E z²
    for (int i = 0; i < CELLS; i++) {
      double x = from + (to - from) * (i + 0.5) / CELLS;
      double log = 0.5 * (Math.pow((nearest - mu) / sigma, 2) - Math.pow((x - mu) / sigma, 2));
      double weight = Math.exp(log);
      sums[0] += weight;
      sums[1] += weight * log;
      sums[2] += weight * Math.exp(x);
      sums[3] += weight * Math.exp(2 * x);
    }
    double mass = sums[0] * (to - from) / CELLS;
    double kl = Math.log(-LogNormalGate.LOWEST) + sums[1] / sums[0] - Math.log(mass);
    double mean = sums[2] / sums[0];
    double snr = mean / Math.sqrt(sums[3] / sums[0] - mean * mean);
    LogNormalGate gate = new LogNormalGate();
    GateBelief.Parameters at = new GateBelief.Parameters(mu, logSigma);
    assertThat(gate.kl(at).value()).isCloseTo(kl, within(1e-4 * (1 + kl)));
    assertThat(gate.factor(at)).isCloseTo(mean, within(1e-4 * mean));
    assertThat(gate.score(at)).isCloseTo(-Math.log(snr), within(1e-3));
  }

  @Test
  void theInformationBottleneckIsHalfTheLogOfOnePlusSnr() {
    GaussianFactorGate gate = new GaussianFactorGate(KlTerm.ARD);
    GateBelief.Parameters at = new GateBelief.Parameters(0.7, -2);
    assertThat(gate.kl(at).value()).isCloseTo(0.5 * Math.log1p(0.49 / Math.exp(-2)), within(1e-7));
    assertThat(gate.score(at)).isCloseTo(-2 - Math.log(0.49), within(1e-7));
    assertThat(gate.factor(at)).isEqualTo(0.7);
    assertThat(gate.kl(new GateBelief.Parameters(0, -2)).byFirst()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-3", "-1", "0", "2"})
  void hardConcreteIsOpenAsOftenAsItSays(double logAlpha) {
    int draws = 1_000_000;
    int open = 0;
    NoiseKey key = NoiseKey.of(11, 0, 0);
    for (int i = 0; i < draws; i++) {
      double u = CounterDraws.uniform(key, i, 0);
      double s =
          1 / (1 + Math.exp(-(Math.log(u / (1 - u)) + logAlpha) / HardConcreteGate.TEMPERATURE));
      open += s * (HardConcreteGate.HIGH - HardConcreteGate.LOW) + HardConcreteGate.LOW > 0 ? 1 : 0;
    }
    double expected = new HardConcreteGate(1).kl(new GateBelief.Parameters(logAlpha, 0)).value();
    double deviation = Math.sqrt(expected * (1 - expected) / draws);
    assertThat((double) open / draws).isCloseTo(expected, within(5 * deviation));
  }

  @Test
  void hardConcreteIsShutFromItsThresholdOn() {
    HardConcreteGate gate = new HardConcreteGate(5);
    double shut = -HardConcreteGate.SHUT;
    assertThat(gate.factor(new GateBelief.Parameters(shut - 1e-9, 0))).isZero();
    assertThat(gate.factor(new GateBelief.Parameters(shut + 1e-6, 0))).isPositive();
    assertThat(gate.factor(new GateBelief.Parameters(20, 0))).isEqualTo(1);
    assertThat(gate.kl(new GateBelief.Parameters(50, 0)).value()).isCloseTo(5, within(1e-9));
  }

  @Test
  void factorsStandAtInputsOfDenseLayersAndAtChannelsOfConvolutions() {
    WeightTensor dense = Architectures.parse("mlp:3-2").weightTensors().getFirst();
    assertThat(GatedUnits.count(dense)).isEqualTo(3);
    float[] factors = {2, 0, 1};
    assertThat(GatedUnits.foldWeights(dense, new float[] {1, 2, 3, 4, 5, 6}, factors))
        .containsExactly(2, 0, 3, 8, 0, 6);
    assertThat(GatedUnits.foldBias(dense, new float[] {7, 8}, factors)).containsExactly(7, 8);
    assertThat(GatedUnits.shutBias(dense, new float[] {7, 8}, new float[6])).containsExactly(7, 8);

    WeightTensor conv =
        Architectures.parse("net:1x3x3-conv2x1-flatten-dense2").weightTensors().getFirst();
    assertThat(GatedUnits.count(conv)).isEqualTo(2);
    assertThat(GatedUnits.foldWeights(conv, new float[] {3, 4}, new float[] {2, 0}))
        .containsExactly(6, 0);
    assertThat(GatedUnits.foldBias(conv, new float[] {5, 6}, new float[] {2, 1}))
        .containsExactly(10, 6);
    assertThat(GatedUnits.shutBias(conv, new float[] {5, 6}, new float[] {6, 0}))
        .containsExactly(5, 0);
  }
}
