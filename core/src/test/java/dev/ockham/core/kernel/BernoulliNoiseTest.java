package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics of the noise on fixed seeds, with limits at five standard deviations. */
class BernoulliNoiseTest {

  private static final int ROWS = 1000;
  private static final int WIDTH = 1000;
  private static final int COUNT = ROWS * WIDTH;
  private static final double SIGMAS = 5;

  private static float[] draw(
      Kernels kernels, NoiseKey key, int[] ids, int width, double retain, int... cuts) {
    float[] out = new float[ids.length * width];
    int from = 0;
    for (int to : IntStream.concat(Arrays.stream(cuts), IntStream.of(out.length)).toArray()) {
      BernoulliNoise.fill(kernels, key, ids, width, retain, MemorySegment.ofArray(out), from, to);
      from = to;
    }
    return out;
  }

  private static float[] million(NoiseKey key, double retain) {
    return draw(Kernels.create(), key, IntStream.range(0, ROWS).toArray(), WIDTH, retain);
  }

  /** Mean 1 and variance α: the moments of Gaussian dropout with the same α. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.25, 1, 3, 99})
  void momentsAreOneAndAlpha(double alpha) {
    double p = 1 / (1 + alpha);
    double sum = 0;
    double squares = 0;
    for (float x : million(NoiseKey.of(1, 2, 3), p)) {
      assertThat(x).isIn(0f, (float) (1 / p));
      sum += x - 1;
      squares += (x - 1.0) * (x - 1.0);
    }
    double fourth = p * Math.pow(1 / p - 1, 4) + (1 - p);
    assertThat(sum / COUNT).isCloseTo(0, within(SIGMAS * Math.sqrt(alpha / COUNT)));
    assertThat(squares / COUNT)
        .isCloseTo(
            alpha, within(SIGMAS * Math.sqrt((fourth - alpha * alpha) / COUNT) + 1e-6 * alpha));
  }

  @Test
  void neighboursStepsAndLayersAreUncorrelated() {
    float[] x = million(NoiseKey.of(4, 10, 3), 0.5);
    for (int lag : new int[] {1, 2, 8, 16, 32, WIDTH}) {
      assertUncorrelated("lag " + lag, x, x, lag);
    }
    assertUncorrelated("step", x, million(NoiseKey.of(4, 11, 3), 0.5), 0);
    assertUncorrelated("layer", x, million(NoiseKey.of(4, 10, 4), 0.5), 0);
    assertUncorrelated("seed", x, million(NoiseKey.of(5, 10, 3), 0.5), 0);
  }

  /** At p = ½ the noise less its mean is ±1. */
  private static void assertUncorrelated(String what, float[] a, float[] b, int lag) {
    double sum = 0;
    for (int i = 0; i + lag < COUNT; i++) {
      sum += (a[i] - 1) * (b[i + lag] - 1);
    }
    assertThat(sum / Math.sqrt(COUNT - lag)).as(what).isCloseTo(0, within(SIGMAS));
  }

  @Test
  void bothEndsOfTheRangeAreMet() {
    assertThat(million(NoiseKey.of(1, 0, 0), 1e-9)).containsOnly(0f);
    assertThat(million(NoiseKey.of(1, 0, 0), 1 - 1e-9)).containsOnly(1f);
  }

  /** The value at (example, unit) knows nothing of the batch, the range or the registers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 301, 512, 1031})
  void valuesDependOnExampleAndUnitAlone(int width) {
    NoiseKey key = NoiseKey.of(7, 7, 7);
    int[] ids = {3, 90, 17};
    float[] batch = draw(Kernels.create(), key, ids, width, 0.7);
    assertThat(draw(Kernels.scalar(), key, ids, width, 0.7)).isEqualTo(batch);
    int n = 3 * width;
    assertThat(draw(Kernels.create(), key, ids, width, 0.7, 1, n / 3, n / 2, n - 1))
        .isEqualTo(batch);
    assertThat(draw(Kernels.create(), key, new int[] {17}, width, 0.7))
        .isEqualTo(Arrays.copyOfRange(batch, 2 * width, n));
  }
}
