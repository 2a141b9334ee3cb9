package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and their gradients against formulas in double and their differences. */
class LossGradientTest {

  private static final int ROWS = 5;
  private static final int SIZE = 3;
  private static final float SCALE = 1f / 8;

  private final float[] values = normals(1, 1.5);
  private final float[] targets = normals(2, 2);

  @Test
  void gaussian() {
    float[] logs = normals(3, 0.8);
    float[] byValues = new float[ROWS * SIZE];
    float[] byLogs = new float[ROWS * SIZE];
    double sum =
        NumberLoss.gaussian(
            MemorySegment.ofArray(values),
            MemorySegment.ofArray(logs),
            targets,
            SIZE,
            SCALE,
            MemorySegment.ofArray(byValues),
            MemorySegment.ofArray(byLogs));
    double[] wide = wide(logs);
    ToDoubleFunction<double[]> ofValues = y -> gaussian(y, wide);
    ToDoubleFunction<double[]> ofLogs = s -> gaussian(wide(values), s);
    assertThat(sum).isCloseTo(gaussian(wide(values), wide), within(1e-5));
    requireGradient(ofValues, values, byValues);
    requireGradient(ofLogs, logs, byLogs);
  }

  private double gaussian(double[] y, double[] s) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      double variance = Math.exp(s[i]);
      // −log N(t; y, variance), less ½ log 2π
      sum += 0.5 * Math.log(variance) + (y[i] - targets[i]) * (y[i] - targets[i]) / 2 / variance;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 10})
  void huber(double delta) {
    float[] gradient = new float[ROWS * SIZE];
    double sum =
        NumberLoss.huber(
            MemorySegment.ofArray(values),
            targets,
            SIZE,
            delta,
            SCALE,
            MemorySegment.ofArray(gradient));
    ToDoubleFunction<double[]> reference =
        y -> {
          double all = 0;
          for (int i = 0; i < y.length; i++) {
            // As √ and its envelope say it: min over a of (e − a)²/2 + δ|a|.
            double e = Math.abs(y[i] - targets[i]);
            double a = Math.max(0, e - delta);
            all += (e - a) * (e - a) / 2 + delta * a;
          }
          return all;
        };
    assertThat(sum).isCloseTo(reference.applyAsDouble(wide(values)), within(1e-5));
    requireGradient(reference, values, gradient);
  }

  @Test
  void severalLabels() {
    boolean[] holds = new boolean[ROWS * SIZE];
    for (int i = 0; i < holds.length; i++) {
      holds[i] = targets[i] > 0;
    }
    float[] gradient = new float[ROWS * SIZE];
    double sum =
        SigmoidCrossEntropy.nll(
            MemorySegment.ofArray(values), holds, SIZE, SCALE, MemorySegment.ofArray(gradient));
    ToDoubleFunction<double[]> reference =
        z -> {
          double all = 0;
          for (int i = 0; i < z.length; i++) {
            double p = 1 / (1 + Math.exp(-z[i]));
            all -= Math.log(holds[i] ? p : 1 - p);
          }
          return all;
        };
    assertThat(sum).isCloseTo(reference.applyAsDouble(wide(values)), within(1e-5));
    requireGradient(reference, values, gradient);
  }

  @Test
  void largeLogitsNeitherOverflowNorVanish() {
    float[] logits = {1000, -1000, 3e38f};
    float[] gradient = new float[3];
    double sum =
        SigmoidCrossEntropy.nll(
            MemorySegment.ofArray(logits),
            new boolean[] {false, true, true},
            3,
            1,
            MemorySegment.ofArray(gradient));
    assertThat(sum).isEqualTo(2000);
    assertThat(gradient).containsExactly(1, -1, 0);
  }

  @ParameterizedTest
  @CsvSource({"false, 0.1", "true, 0", "true, 0.3", "false, 0"})
  void weightsAndSmoothing(boolean weighted, double smoothing) {
    double[] weights = weighted ? new double[] {0.5, 1.25, 2} : null;
    int[] labels = {0, 1, 2, 2, 1};
    float[] gradient = new float[ROWS * SIZE];
    double sum =
        CrossEntropy.smoothed(
            Kernels.create(),
            MemorySegment.ofArray(values),
            labels,
            SIZE,
            weights,
            smoothing,
            SCALE,
            MemorySegment.ofArray(gradient));
    ToDoubleFunction<double[]> reference = z -> smoothed(z, labels, weights, smoothing);
    assertThat(sum).isCloseTo(reference.applyAsDouble(wide(values)), within(1e-5));
    requireGradient(reference, values, gradient);
  }

  private static double smoothed(
      double[] z, int[] labels, double @Nullable [] weights, double smoothing) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double all = 0;
      for (int k = 0; k < SIZE; k++) {
        all += Math.exp(z[i * SIZE + k]);
      }
      for (int k = 0; k < SIZE; k++) {
        double q = smoothing / SIZE + (k == labels[i] ? 1 - smoothing : 0);
        double weight = weights == null ? 1 : weights[labels[i]];
        sum -= weight * q * (z[i * SIZE + k] - Math.log(all));
      }
    }
    return sum;
  }

  @Test
  void memoryThatIsTooSmallIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            NumberLoss.huber(
                MemorySegment.ofArray(new float[3]),
                new float[6],
                3,
                1,
                1,
                MemorySegment.ofArray(new float[6])));
  }

  private static void requireGradient(
      ToDoubleFunction<double[]> loss, float[] at, float[] gradient) {
    double step = 1e-5;
    double[] wide = wide(at);
    for (int i = 0; i < at.length; i++) {
      wide[i] += step;
      double above = loss.applyAsDouble(wide);
      wide[i] -= 2 * step;
      double below = loss.applyAsDouble(wide);
      wide[i] += step;
      double expected = SCALE * (above - below) / (2 * step);
      assertThat((double) gradient[i])
          .isCloseTo(expected, within(1e-6 + 1e-5 * Math.abs(expected)));
    }
  }

  private static double[] wide(float[] narrow) {
    double[] wide = new double[narrow.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = narrow[i];
    }
    return wide;
  }

  private static float[] normals(long seed, double deviation) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[ROWS * SIZE];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }
}
