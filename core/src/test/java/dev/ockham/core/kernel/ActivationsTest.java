package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes over activations against the same formula on plain arrays. */
class ActivationsTest {

  private static final NoiseKey KEY = NoiseKey.of(3, 5, 1);

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.create());
  }

  /** The noise is that of fillNormal to the bit, so a run may change from one form to the other. */
  @ParameterizedTest
  @MethodSource("kernels")
  void samplesWithTheNoiseOfFillNormal(Kernels kernels) {
    for (int width : new int[] {1, 7, 300, 512, 1153}) {
      int[] examples = {4, 0, 77};
      int size = examples.length * width;
      float least = 1e-2f;
      float[] bias = FloatBuffers.normal(1, width);
      float[] gamma = FloatBuffers.normal(2, size);
      float[] delta = FloatBuffers.normal(3, size);
      for (int i = 0; i < size; i++) {
        delta[i] = i % 5 == 0 ? -1e-3f : delta[i] * delta[i];
      }
      MemorySegment zeta = FloatBuffers.zeros(arena, size);
      kernels.fillNormal(KEY, examples, width, zeta, 0, size);
      float[] noise = FloatBuffers.of(zeta);
      MemorySegment mean = FloatBuffers.of(arena, gamma);
      MemorySegment variance = FloatBuffers.of(arena, delta);

      Activations.sample(
          kernels,
          KEY,
          examples,
          NoiseUnits.all(width),
          FloatBuffers.of(arena, bias),
          least,
          mean,
          variance);

      float[] b = FloatBuffers.of(mean);
      float[] slope = FloatBuffers.of(variance);
      for (int i = 0; i < size; i++) {
        double deviation = Math.sqrt(Math.max(delta[i], least));
        double wanted = gamma[i] + bias[i % width] + deviation * noise[i];
        assertThat((double) b[i]).isCloseTo(wanted, within(1e-6 * (1 + Math.abs(wanted))));
        double byDelta = delta[i] > least ? noise[i] / (2 * deviation) : 0;
        assertThat((double) slope[i]).isCloseTo(byDelta, within(1e-6 * (1e-3 + Math.abs(byDelta))));
      }
    }
  }

  /** What is left of a layer has the noise it always had. */
  @ParameterizedTest
  @MethodSource("kernels")
  void someUnitsHaveTheNoiseThatTheyHaveAmongAll(Kernels kernels) {
    int width = 1700;
    int[] examples = {4, 77};
    int[] units =
        IntStream.range(0, width)
            .filter(i -> (i % 3 == 1 && i / 100 % 4 != 2) || i > 1500)
            .toArray();
    MemorySegment all = FloatBuffers.zeros(arena, examples.length * width);
    MemorySegment some = FloatBuffers.zeros(arena, examples.length * units.length);
    for (NoiseUnits of : List.of(NoiseUnits.all(width), NoiseUnits.of(units))) {
      int size = examples.length * of.width();
      float[] ones = new float[size];
      Arrays.fill(ones, 1);
      Activations.sample(
          kernels,
          KEY,
          examples,
          of,
          FloatBuffers.zeros(arena, of.width()),
          1e-8f,
          of.width() == width ? all : some,
          FloatBuffers.of(arena, ones));
    }
    MemorySegment chosen = FloatBuffers.zeros(arena, examples.length * units.length);
    Activations.selectColumns(all, examples.length, width, units, chosen);
    assertThat(FloatBuffers.of(some)).isEqualTo(FloatBuffers.of(chosen));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 1300})
  void passesOverAnySize(int size) {
    float[] a = FloatBuffers.normal(1, size);
    float[] b = FloatBuffers.normal(2, size);
    float[] c = FloatBuffers.normal(3, size);
    // Twice the size, to see that nothing is touched beyond it.
    MemorySegment x = padded(a);
    Activations.rectify(x, size);
    check(x, size, i -> Math.max(a[i], 0f));
    MemorySegment g = padded(b);
    Activations.rectifyGradient(x, g, size);
    check(g, size, i -> a[i] > 0 ? b[i] : 0f);
    MemorySegment squares = padded(b);
    Activations.square(padded(a), squares, size);
    check(squares, size, i -> a[i] * a[i]);
    MemorySegment product = padded(a);
    Activations.multiply(product, padded(b), size);
    check(product, size, i -> a[i] * b[i]);
    MemorySegment sum = padded(c);
    Activations.addTwiceProduct(sum, padded(a), padded(b), size);
    check(sum, size, i -> Math.fma(2f * a[i], b[i], c[i]));
  }

  @Test
  void addsARowToEachRow() {
    int width = 700;
    float[] x = FloatBuffers.normal(1, 3 * width);
    float[] row = FloatBuffers.normal(2, width);
    MemorySegment memory = FloatBuffers.of(arena, x);
    Activations.addRow(memory, FloatBuffers.of(arena, row), 2, width);
    float[] result = FloatBuffers.of(memory);
    for (int i = 0; i < x.length; i++) {
      assertThat(result[i]).isEqualTo(i < 2 * width ? x[i] + row[i % width] : x[i]);
    }
  }

  @Test
  void divergedActivationsStayNotANumber() {
    MemorySegment x = FloatBuffers.of(arena, Float.NaN, Float.POSITIVE_INFINITY);
    Activations.rectify(x, 2);
    assertThat(FloatBuffers.of(x)).containsExactly(Float.NaN, Float.POSITIVE_INFINITY);
  }

  @Test
  void refusesMemoryThatIsTooShort() {
    MemorySegment two = FloatBuffers.zeros(arena, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Activations.multiply(two, two, 3))
        .withMessageContaining("x must hold 3 floats");
  }

  @FunctionalInterface
  private interface Wanted {
    float at(int index);
  }

  private MemorySegment padded(float[] values) {
    float[] twice = new float[values.length + 8];
    System.arraycopy(values, 0, twice, 0, values.length);
    return FloatBuffers.of(arena, twice);
  }

  private static void check(MemorySegment found, int size, Wanted wanted) {
    float[] values = FloatBuffers.of(found);
    for (int i = 0; i < size; i++) {
      // −0 is as good as 0.
      assertThat(values[i] + 0f).isEqualTo(wanted.at(i) + 0f);
    }
    for (int i = size; i < values.length; i++) {
      assertThat(values[i]).isZero();
    }
  }
}
