package dev.ockham.core.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitNoiseTest {

  private static final int DRAWS = 1_000_000;
  private static final double SIGMAS = 5;

  static Stream<UnitNoise> noises() {
    return Stream.of(0.05, 0.25, 1.0, 3.0)
        .flatMap(
            alpha -> Stream.of(UnitNoise.Bernoulli.ofAlpha(alpha), new UnitNoise.Gaussian(alpha)));
  }

  /** Fourth central moments by hand, for the standard error of a sampled variance. */
  private static double fourthMoment(UnitNoise noise) {
    return switch (noise) {
      case UnitNoise.Gaussian g -> 3 * g.alpha() * g.alpha();
      case UnitNoise.Bernoulli(double p) -> p * Math.pow(1 / p - 1, 4) + (1 - p);
    };
  }

  @ParameterizedTest
  @MethodSource("noises")
  void sampledMomentsAreOneAndAlpha(UnitNoise noise) {
    NoiseKey key = NoiseKey.of(11, 0, 0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      double deviation = noise.sample(key, i >> 8, i & 255) - 1;
      sum += deviation;
      squares += deviation * deviation;
    }
    double alpha = noise.alpha();
    assertThat(sum / DRAWS).isCloseTo(0, within(SIGMAS * Math.sqrt(alpha / DRAWS)));
    double error = Math.sqrt((fourthMoment(noise) - alpha * alpha) / DRAWS);
    // At alpha = 1 binary noise is 0 or 2: its squared deviation is 1 without any scatter.
    assertThat(squares / DRAWS).isCloseTo(alpha, within(SIGMAS * error + 1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 0.2, 1, 20.0855, 1e6})
  void bernoulliOfAlphaHasThatAlphaAndItsDropRate(double alpha) {
    UnitNoise.Bernoulli noise = UnitNoise.Bernoulli.ofAlpha(alpha);
    assertThat(noise.alpha()).isCloseTo(alpha, within(1e-9 * alpha));
    assertThat(noise.dropRate()).isCloseTo(1 - noise.retain(), within(1e-12));
    assertThat(noise.mean()).isEqualTo(1);
    assertThat(noise.variance()).isEqualTo(noise.alpha());
  }

  @Test
  void bernoulliTakesTwoValuesOnly() {
    UnitNoise.Bernoulli noise = new UnitNoise.Bernoulli(0.8);
    NoiseKey key = NoiseKey.of(3, 1, 4);
    for (int i = 0; i < 1000; i++) {
      assertThat(noise.sample(key, i, 7)).isIn(0.0, 1.25);
    }
  }

  @Test
  void aDrawDependsOnKeyAndPositionAlone() {
    UnitNoise noise = new UnitNoise.Gaussian(0.5);
    NoiseKey key = NoiseKey.of(1, 2, 3);
    double first = noise.sample(key, 4, 5);
    assertThat(noise.sample(key, 5, 4)).isNotEqualTo(first);
    assertThat(noise.sample(NoiseKey.of(1, 2, 4), 4, 5)).isNotEqualTo(first);
    assertThat(noise.sample(NoiseKey.of(1, 2, 3), 4, 5)).isEqualTo(first);
  }

  @Test
  void whatIsNoNoiseIsRefused() {
    for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new UnitNoise.Gaussian(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("alpha = " + wrong);
      assertThatThrownBy(() -> UnitNoise.Bernoulli.ofAlpha(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new UnitNoise.Bernoulli(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retain = 1.0");
  }
}
