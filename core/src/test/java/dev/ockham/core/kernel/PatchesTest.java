package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

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
                    new Window(1, 28, 28, 5),
                    new Window(3, 12, 12, 5),
                    new Window(2, 5, 40, 3),
                    new Window(4, 3, 3, 3),
                    new Window(2, 4, 6, 1))
                .map(window -> Arguments.of(kernels, window)));
  }

  /** Of an input, and the side of a window on it. */
  record Window(int channels, int height, int width, int side) {
    Patches patches(Kernels kernels) {
      return new Patches(kernels, channels, height, width, side);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void unfoldsEveryWindow(Kernels kernels, Window window) {
    Patches patches = window.patches(kernels);
    float[] x = FloatBuffers.normal(1, 2 * patches.inputSize());
    float[] wanted = new float[patches.rows() * patches.positions()];
    each(window, (matrix, input) -> wanted[matrix] = x[patches.inputSize() + input]);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = FloatBuffers.zeros(arena, wanted.length);
      patches.unfold(FloatBuffers.of(arena, x), 1, out);
      assertThat(FloatBuffers.of(out)).isEqualTo(wanted);
      patches.unfoldSquares(out);
      float[] squares = FloatBuffers.of(out);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(squares[i]).isEqualTo(wanted[i] * wanted[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void foldsToTheSameBitsWithoutVectors(Kernels kernels, Window window) {
    try (Arena arena = Arena.ofConfined()) {
      Patches patches = window.patches(kernels);
      MemorySegment g = FloatBuffers.of(arena, FloatBuffers.normal(2, patches.size()));
      MemorySegment out = FloatBuffers.zeros(arena, patches.inputSize());
      patches.fold(g, 0, out);
      MemorySegment twin = FloatBuffers.zeros(arena, patches.inputSize());
      window.patches(Kernels.scalar()).fold(g, 0, twin);
      assertThat(FloatBuffers.of(out)).isEqualTo(FloatBuffers.of(twin));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void foldsGradients(Kernels kernels, Window window) {
    Patches patches = window.patches(kernels);
    float[] g = FloatBuffers.normal(2, patches.rows() * patches.positions());
    float[] other = FloatBuffers.normal(3, patches.inputSize());
    float[] wanted = new float[2 * patches.inputSize()];
    System.arraycopy(other, 0, wanted, 0, other.length);
    each(window, (matrix, input) -> wanted[patches.inputSize() + input] += g[matrix]);
    try (Arena arena = Arena.ofConfined()) {
      float[] before = FloatBuffers.normal(4, wanted.length);
      System.arraycopy(other, 0, before, 0, other.length);
      MemorySegment out = FloatBuffers.of(arena, before);
      patches.fold(FloatBuffers.of(arena, g), 1, out);
      float[] folded = FloatBuffers.of(out);
      assertThat(folded).containsExactly(wanted, within(1e-5f));

      float[] x = FloatBuffers.normal(5, wanted.length);
      patches.addFoldedSquares(FloatBuffers.of(arena, g), FloatBuffers.of(arena, x), 1, out);
      float[] added = FloatBuffers.of(out);
      for (int i = 0; i < wanted.length; i++) {
        float sum = i < other.length ? 0 : folded[i];
        assertThat(added[i]).isEqualTo(Math.fma(2 * x[i], sum, folded[i]));
      }
    }
  }

  @FunctionalInterface
  private interface Pair {
    void at(int matrix, int input);
  }

  private static void each(Window p, Pair pair) {
    int height = p.height() - p.side() + 1;
    int width = p.width() - p.side() + 1;
    int at = 0;
    for (int c = 0; c < p.channels(); c++) {
      for (int i = 0; i < p.side(); i++) {
        for (int j = 0; j < p.side(); j++) {
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
        .isThrownBy(() -> new Patches(Kernels.scalar(), 1, 4, 9, 5))
        .withMessage("no window of 5 fits into 1x4x9");
  }
}
