package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Max-pooling, with sides that windows do not fill. */
class MaxPoolingTest {

  @ParameterizedTest
  @CsvSource({"1,3,5", "2,24,24", "2,5,7", "3,9,11", "4,4,4"})
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
      MemorySegment input = FloatBuffers.of(arena, x);
      MemorySegment out = FloatBuffers.zeros(arena, g.length);
      MemorySegment back = FloatBuffers.of(arena, FloatBuffers.normal(3, x.length));
      MaxPooling pooling = new MaxPooling(size, height, width);
      pooling.forward(input, out, channels);
      assertThat(FloatBuffers.of(out)).isEqualTo(largest);
      pooling.backward(input, out, FloatBuffers.of(arena, g), back, channels);
      assertThat(FloatBuffers.of(back)).isEqualTo(byInput);
    }
  }

  @Test
  void ofEqualNumbersTheFirstGetsTheGradient() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input = FloatBuffers.of(arena, 0, 2, 2, 2);
      MemorySegment out = FloatBuffers.zeros(arena, 1);
      MemorySegment back = FloatBuffers.zeros(arena, 4);
      MaxPooling pooling = new MaxPooling(2, 2, 2);
      pooling.forward(input, out, 1);
      pooling.backward(input, out, FloatBuffers.of(arena, 5), back, 1);
      assertThat(FloatBuffers.of(back)).containsExactly(0, 5, 0, 0);
    }
  }

  @Test
  void refusesAWindowThatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaxPooling(3, 2, 9))
        .withMessage("no window of 3 fits into 2x9");
  }
}
