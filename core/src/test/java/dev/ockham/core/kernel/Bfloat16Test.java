package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Bfloat16Test {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  /**
   * The nearest float whose lower half is zero, by arithmetic; of two, the one with an even end.
   */
  private static float nearest(float x) {
    float down = Float.intBitsToFloat(Float.floatToIntBits(x) & 0xFFFF0000);
    float up = Float.intBitsToFloat((Float.floatToIntBits(x) & 0xFFFF0000) + 0x10000);
    double below = Math.abs((double) x - down);
    double above = Math.abs((double) up - x);
    boolean even = (Float.floatToIntBits(down) >>> 16) % 2 == 0;
    return below < above || (below == above && even) ? down : up;
  }

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.create());
  }

  static Stream<Arguments> kernelsAndSizes() {
    return kernels()
        .flatMap(kernels -> IntStream.of(1, 7, 512, 1300).mapToObj(n -> Arguments.of(kernels, n)));
  }

  @ParameterizedTest
  @MethodSource("kernelsAndSizes")
  void narrowsToTheNearest(Kernels kernels, int size) {
    float[] x = FloatBuffers.normal(4, size + 3);
    x[3] = 1 + 0x1p-8f; // halfway, down to even
    if (size > 4) {
      x[4] = 1 + 3 * 0x1p-8f; // halfway, up to even
      x[5] = -0f;
      x[6] = Float.MIN_VALUE;
    }
    MemorySegment narrow = arena.allocate(2L * size);
    MemorySegment wide = FloatBuffers.zeros(arena, size + 2);
    Bfloat16.narrow(kernels, FloatBuffers.of(arena, x), 3, narrow, size);
    Bfloat16.widen(kernels, narrow, wide, 2, size);
    float[] actual = FloatBuffers.of(wide);
    for (int i = 0; i < size; i++) {
      assertThat(actual[i + 2]).as("of %s", x[i + 3]).isEqualTo(nearest(x[i + 3]));
    }
    Bfloat16.narrowSquares(kernels, FloatBuffers.of(arena, x), narrow, size);
    Bfloat16.widen(kernels, narrow, wide, 0, size);
    for (int i = 0; i < size; i++) {
      assertThat(wide.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(nearest(x[i] * x[i]));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addsTwiceTheProduct(Kernels kernels) {
    int size = 700;
    float[] sum = FloatBuffers.normal(1, size);
    float[] x = FloatBuffers.normal(2, size);
    float[] y = FloatBuffers.normal(3, size);
    MemorySegment narrow = arena.allocate(2L * size);
    Bfloat16.narrow(kernels, FloatBuffers.of(arena, y), 0, narrow, size);
    MemorySegment result = FloatBuffers.of(arena, sum);
    Bfloat16.addTwiceProduct(kernels, result, FloatBuffers.of(arena, x), narrow, size);
    for (int i = 0; i < size; i++) {
      assertThat(result.getAtIndex(ValueLayout.JAVA_FLOAT, i))
          .isEqualTo(Math.fma(2f * x[i], nearest(y[i]), sum[i]));
    }
  }

  @Test
  void memoryThatIsTooShortIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Bfloat16.narrow(
                Kernels.scalar(), FloatBuffers.zeros(arena, 4), 0, arena.allocate(6), 4))
        .withMessageContaining("out must be at least 8 bytes");
  }
}
