package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.loss.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances from targets against their formulas in double, and gradients against differences. */
class TargetDistanceTest {

  private static final List<Distance> DISTANCES =
      List.of(
          new Distance.Squared(0.3),
          new Distance.Squared(20),
          new Distance.Divergence(1),
          new Distance.Divergence(3.5));

  private static final float SCALE = 1 / 50f;

  /** Rows of the targets that the rows of the output belong to. */
  private static final int[] EXAMPLES = {4, 0, 2};

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 16, 33})
  void sumsAndGradientsAreThoseOfTheFormulas(int size) {
    float[] values = FloatBuffers.normal(1, EXAMPLES.length * size);
    float[] targets = FloatBuffers.normal(2, 5 * size);
    for (Distance distance : DISTANCES) {
      for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.create()}) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment gradient = FloatBuffers.zeros(arena, values.length);
          double sum = sum(kernels, distance, arena, values, targets, size, gradient);
          double wanted = wanted(distance, values, targets, size);
          assertThat(sum).isCloseTo(wanted, within(1e-5 * (1 + wanted)));
          float[] slopes = FloatBuffers.of(gradient);
          for (int i = 0; i < values.length; i++) {
            double slope = SCALE * difference(distance, values, targets, size, i);
            assertThat((double) slopes[i])
                .isCloseTo(slope, within(1e-4 * SCALE + 1e-3 * Math.abs(slope)));
          }
        }
      }
    }
  }

  private static double sum(
      Kernels kernels,
      Distance distance,
      Arena arena,
      float[] values,
      float[] targets,
      int size,
      MemorySegment gradient) {
    return distance.sum(
        kernels,
        FloatBuffers.of(arena, values),
        FloatBuffers.of(arena, targets),
        EXAMPLES,
        size,
        SCALE,
        gradient);
  }

  private static double wanted(Distance distance, float[] values, float[] targets, int size) {
    double sum = 0;
    for (int i = 0; i < EXAMPLES.length; i++) {
      sum += distance.of(values, i * size, targets, EXAMPLES[i] * size, size);
    }
    return sum;
  }

  /** Central differences of the form in double. */
  private static double difference(
      Distance distance, float[] values, float[] targets, int size, int number) {
    float[] up = values.clone();
    float[] down = values.clone();
    up[number] += 1e-2f;
    down[number] -= 1e-2f;
    return (wanted(distance, up, targets, size) - wanted(distance, down, targets, size))
        / ((double) up[number] - down[number]);
  }

  @Test
  void whatIsMetIsAtNoDistance() {
    float[] values = FloatBuffers.normal(3, 12);
    float[] targets = Arrays.copyOf(values, 12);
    for (Distance distance : DISTANCES) {
      assertThat(distance.of(values, 0, targets, 0, 4)).isZero();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment gradient = FloatBuffers.zeros(arena, 12);
        double sum =
            distance.sum(
                Kernels.create(),
                FloatBuffers.of(arena, values),
                FloatBuffers.of(arena, targets),
                new int[] {0, 1, 2},
                4,
                1,
                gradient);
        assertThat(sum).isZero();
        assertThat(FloatBuffers.of(gradient)).containsOnly(0f);
      }
    }
  }

  @Test
  void whatDivergedIsNoNumber() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment gradient = FloatBuffers.zeros(arena, 2);
      MemorySegment targets = FloatBuffers.of(arena, 1, 2);
      MemorySegment broken = FloatBuffers.of(arena, 1, Float.NaN);
      for (Distance distance : DISTANCES) {
        double sum =
            distance.sum(Kernels.create(), broken, targets, new int[] {0}, 2, SCALE, gradient);
        assertThat(sum).isNaN();
      }
    }
  }

  @Test
  void settingsMustBePositive() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Distance.Squared(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> new Distance.Divergence(bad));
    }
  }
}
