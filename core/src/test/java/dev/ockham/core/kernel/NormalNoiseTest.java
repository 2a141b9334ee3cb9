package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.numbers.gamma.Erfc;
import org.junit.jupiter.api.Test;

/** Statistics of the noise on fixed seeds, with limits at five standard deviations. */
class NormalNoiseTest {
  private static final int ROWS = 1000;
  private static final int WIDTH = 1000;
  private static final int COUNT = ROWS * WIDTH;

  private final Kernels kernels = Kernels.create();

  private float[] draw(NoiseKey key, int[] ids, int width) {
    float[] out = new float[ids.length * width];
    kernels.fillNormal(key, ids, width, MemorySegment.ofArray(out), 0, out.length);
    return out;
  }

  private float[] million(NoiseKey key) {
    return draw(key, IntStream.range(0, ROWS).toArray(), WIDTH);
  }

  @Test
  void momentsAreThoseOfTheNormal() {
    float[] x = million(NoiseKey.of(1, 1, 0));
    // The moments of the normal, and the variance of their estimates: Var x^k = E x^2k − (E x^k)².
    double[] expected = {0, 1, 0, 3, 0, 15};
    double[] variance = {1, 2, 15, 96, 945, 10_170};
    for (int k = 1; k <= 6; k++) {
      double sum = 0;
      for (float v : x) {
        sum += Math.pow(v, k);
      }
      assertThat(sum / COUNT)
          .as("moment %d", k)
          .isCloseTo(expected[k - 1], within(5 * Math.sqrt(variance[k - 1] / COUNT)));
    }
  }

  /** Kolmogorov–Smirnov on cosines and sines together; 2.5/√n has probability 7e-6. */
  @Test
  void distributionIsNormal() {
    float[] x = million(NoiseKey.of(2, 5, 1));
    Arrays.sort(x);
    double distance = 0;
    for (int i = 0; i < COUNT; i++) {
      double cdf = 0.5 * Erfc.value(-x[i] / Math.sqrt(2));
      distance = Math.max(distance, Math.abs(cdf - (i + 0.5) / COUNT));
    }
    assertThat(distance).isLessThan(2.5 / Math.sqrt(COUNT));
  }

  @Test
  void tailsHaveTheirWeight() {
    float[] x = million(NoiseKey.of(3, 1, 2));
    for (double limit : new double[] {2, 3, 4}) {
      double p = Erfc.value(limit / Math.sqrt(2));
      long beyond = IntStream.range(0, COUNT).filter(i -> Math.abs(x[i]) > limit).count();
      assertThat((double) beyond)
          .as("beyond %s", limit)
          .isCloseTo(p * COUNT, within(5 * Math.sqrt(p * COUNT)));
    }
  }

  @Test
  void neighboursAreUncorrelated() {
    float[] x = million(NoiseKey.of(4, 10, 3));
    for (int lag : new int[] {1, 2, 8, 16, 32, WIDTH, 2 * WIDTH}) {
      assertUncorrelated("lag " + lag, x, 0, x, lag, COUNT - lag);
    }
    float[] squares = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      squares[i] = (x[i] * x[i] - 1) / (float) Math.sqrt(2);
    }
    for (int lag : new int[] {1, 16, WIDTH}) {
      assertUncorrelated("squares, lag " + lag, squares, 0, squares, lag, COUNT - lag);
    }
  }

  @Test
  void stepsLayersAndSeedsAreUncorrelated() {
    float[] x = million(NoiseKey.of(5, 100, 4));
    assertUncorrelated("step", x, 0, million(NoiseKey.of(5, 101, 4)), 0, COUNT);
    assertUncorrelated("layer", x, 0, million(NoiseKey.of(5, 100, 5)), 0, COUNT);
    assertUncorrelated("seed", x, 0, million(NoiseKey.of(6, 100, 4)), 0, COUNT);
    assertUncorrelated("swapped", x, 0, million(NoiseKey.of(5, 4, 100)), 0, COUNT);
  }

  private static void assertUncorrelated(
      String what, float[] a, int offsetA, float[] b, int offsetB, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a[offsetA + i] * b[offsetB + i];
    }
    assertThat(sum / Math.sqrt(n)).as(what).isCloseTo(0, within(5.0));
  }

  /** The value at (example, unit) knows nothing of the batch around it. */
  @Test
  void valuesDependOnExampleAndUnitAlone() {
    NoiseKey key = NoiseKey.of(7, 7, 7);
    float[] batch = draw(key, new int[] {3, 90, 17}, 301);
    float[] alone = draw(key, new int[] {17}, 301);
    assertThat(Arrays.copyOfRange(batch, 602, 903)).isEqualTo(alone);
    float[] narrow = draw(key, new int[] {17, 17}, 45);
    assertThat(Arrays.copyOf(narrow, 45)).isEqualTo(Arrays.copyOf(alone, 45));
    assertThat(Arrays.copyOfRange(narrow, 45, 90)).isEqualTo(Arrays.copyOf(alone, 45));
    assertThat(draw(key, new int[] {18}, 301)).isNotEqualTo(alone);
  }

  /** Written down once: a change here is a change of every seeded result. */
  @Test
  void valuesStayWhatTheyWere() {
    double[] expected = new double[4];
    int[] units = {0, 15, 16, 33};
    float[] x = draw(NoiseKey.of(2024, 1, 0), new int[] {12345}, 40);
    NoiseKey key = NoiseKey.of(2024, 1, 0);
    for (int i = 0; i < units.length; i++) {
      int unit = units[i];
      int pair = 16 * (unit / 32) + unit % 16;
      long block = Threefry.block(13, key.word0(), key.word1(), 12345, pair);
      double uniform = (((int) block >>> 1) + 0.5) * 0x1p-31;
      double angle = 2 * Math.PI * (int) (block >>> 32) * 0x1p-32;
      double radius = Math.sqrt(-2 * Math.log(uniform));
      expected[i] = radius * (unit % 32 < 16 ? Math.cos(angle) : Math.sin(angle));
      assertThat((double) x[unit]).as("unit %d", unit).isCloseTo(expected[i], within(2e-6));
    }
  }
}
