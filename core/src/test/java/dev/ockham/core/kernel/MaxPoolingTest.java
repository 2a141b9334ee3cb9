package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Max-pooling, with sides that windows do not fill. */
class MaxPoolingTest {

  @ParameterizedTest
  @CsvSource({"1,3,5", "2,24,24", "2,5,7", "3,9,11", "4,4,4", "2,6,70", "2,7,33"})
  void takesTheLargestAndGivesItTheGradient(int size, int height, int width) {
    int channels = 6;
    float[] x = FloatBuffers.normal(1, channels * height * width);
    int rows = height / size;
    int columns = width / size;
    float[] g = FloatBuffers.normal(2, channels * rows * columns);
    float[] largest = new float[g.length];
    float[] byInput = new float[x.length];
    for (int c = 0; c < channels; c++) {
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < columns; k++) {
          int best = -1;
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
              int at = (c * height + r * size + i) * width + k * size + j;
              best = best < 0 || x[at] > x[best] ? at : best;
            }
          }
          int out = (c * rows + r) * columns + k;
          largest[out] = x[best];
          byInput[best] = g[out];
        }
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      for (Kernels kernels : List.of(Kernels.scalar(), Kernels.create())) {
        MemorySegment input = FloatBuffers.of(arena, x);
        MemorySegment out = FloatBuffers.zeros(arena, g.length);
        MemorySegment back = FloatBuffers.of(arena, FloatBuffers.normal(3, x.length));
        MaxPooling pooling = new MaxPooling(size, height, width);
        pooling.forward(kernels, input, out, channels);
        assertThat(FloatBuffers.of(out)).isEqualTo(largest);
        pooling.backward(kernels, input, out, FloatBuffers.of(arena, g), back, channels);
        assertThat(FloatBuffers.of(back)).isEqualTo(byInput);
      }
    }
  }

  @Test
  void ofEqualNumbersTheFirstGetsTheGradient() {
    int width = 34;
    float[] x = new float[2 * width];
    float[] wanted = new float[2 * width];
    float[] g = FloatBuffers.normal(1, width / 2);
    for (int window = 0; window < width / 2; window++) {
      // Every set of the four numbers is the largest somewhere.
      for (int place = 3; place >= 0; place--) {
        if ((window >> place & 1) == 1 || window % 16 == 0) {
          int at = place / 2 * width + 2 * window + place % 2;
          x[at] = 2;
          wanted[at] = g[window];
          for (int later = place + 1; later < 4; later++) {
            wanted[later / 2 * width + 2 * window + later % 2] = 0;
          }
        }
      }
    }
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.create())) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment input = FloatBuffers.of(arena, x);
        MemorySegment out = FloatBuffers.zeros(arena, width / 2);
        MemorySegment back = FloatBuffers.of(arena, FloatBuffers.normal(2, 2 * width));
        MaxPooling pooling = new MaxPooling(2, 2, width);
        pooling.forward(kernels, input, out, 1);
        pooling.backward(kernels, input, out, FloatBuffers.of(arena, g), back, 1);
        assertThat(FloatBuffers.of(back)).isEqualTo(wanted);
      }
    }
  }

  @Test
  void refusesAWindowThatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaxPooling(3, 2, 9))
        .withMessage("no window of 3 fits into 2x9");
  }
}
