package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Patches, and their gradient: one is the transpose of the other. */
class PatchesTest {

  static Stream<Arguments> shapes() {
    return Stream.of(Kernels.scalar(), Kernels.create())
        .flatMap(kernels ->
            Stream.of(
                    new Patches(1, 28, 28, 5),
                    new Patches(3, 12, 12, 5),
                    new Patches(2, 5, 40, 3),
                    new Patches(4, 3, 3, 3),
                    new Patches(2, 4, 6, 1))
                .map(patches -> Arguments.of(kernels, patches)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void unfoldsEveryWindow(Kernels kernels, Patches patches) {
    float[] x = FloatBuffers.normal(1, 2 * patches.inputSize());
    float[] wanted = new float[patches.rows() * patches.positions()];
    each(
        patches,
        (matrix, input) -> wanted[matrix] = x[patches.inputSize() + input]);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = FloatBuffers.zeros(arena, wanted.length);
      patches.unfold(kernels, FloatBuffers.of(arena, x), 1, out);
      assertThat(FloatBuffers.of(out)).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void foldsGradientsInTheOrderOfTheRows(Kernels kernels, Patches patches) {
    float[] g = FloatBuffers.normal(2, patches.rows() * patches.positions());
    float[] other = FloatBuffers.normal(3, patches.inputSize());
    float[] wanted = new float[2 * patches.inputSize()];
    System.arraycopy(other, 0, wanted, 0, other.length);
    each(patches, (matrix, input) -> wanted[patches.inputSize() + input] += g[matrix]);
    try (Arena arena = Arena.ofConfined()) {
      float[] before = FloatBuffers.normal(4, wanted.length);
      System.arraycopy(other, 0, before, 0, other.length);
      MemorySegment out = FloatBuffers.of(arena, before);
      patches.fold(kernels, FloatBuffers.of(arena, g), 1, out);
      assertThat(FloatBuffers.of(out)).isEqualTo(wanted);
    }
  }

  @FunctionalInterface
  private interface Pair {
    void at(int matrix, int input);
  }

  private static void each(Patches p, Pair pair) {
    int height = p.height() - p.kernel() + 1;
    int width = p.width() - p.kernel() + 1;
    int at = 0;
    for (int c = 0; c < p.channels(); c++) {
      for (int i = 0; i < p.kernel(); i++) {
        for (int j = 0; j < p.kernel(); j++) {
          for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
              pair.at(at++, (c * p.height() + y + i) * p.width() + x + j);
            }
          }
        }
      }
    }
  }

  @Test
  void refusesAWindowThatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Patches(1, 4, 9, 5))
        .withMessage("no window of 5 fits into 1x4x9");
  }
}
