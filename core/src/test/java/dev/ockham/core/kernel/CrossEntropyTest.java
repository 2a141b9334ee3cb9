package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NLL under a softmax against the formula in double. */
class CrossEntropyTest {

  private static final float SCALE = 1 / 50f;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 16, 100})
  void lossAndGradientAreThoseOfTheFormula(int classes) {
    int[] labels = {0, classes - 1, classes / 2};
    float[] logits = FloatBuffers.normal(1, labels.length * classes);
    for (int k = 0; k < classes; k++) {
      logits[k] = logits[k] * 50 + 500;
    }
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.create()}) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment gradient = FloatBuffers.zeros(arena, logits.length);
        double nll =
            CrossEntropy.nll(
                kernels, FloatBuffers.of(arena, logits), labels, classes, SCALE, gradient);
        double wanted = 0;
        float[] found = FloatBuffers.of(gradient);
        for (int i = 0; i < labels.length; i++) {
          double sum = 0;
          for (int k = 0; k < classes; k++) {
            sum += Math.exp(logits[i * classes + k] - 500.0 * (i == 0 ? 1 : 0));
          }
          double log = Math.log(sum) + 500.0 * (i == 0 ? 1 : 0);
          wanted += log - logits[i * classes + labels[i]];
          for (int k = 0; k < classes; k++) {
            double p = Math.exp(logits[i * classes + k] - log);
            double slope = SCALE * (p - (k == labels[i] ? 1 : 0));
            assertThat((double) found[i * classes + k]).isCloseTo(slope, within(1e-6 * SCALE));
          }
        }
        assertThat(nll).isCloseTo(wanted, within(1e-5 * (1 + wanted)));
      }
    }
  }

  @Test
  void whatDivergedIsNoNumber() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment gradient = FloatBuffers.zeros(arena, 2);
      for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        MemorySegment logits = FloatBuffers.of(arena, 1, broken);
        assertThat(CrossEntropy.nll(Kernels.create(), logits, new int[] {0}, 2, SCALE, gradient))
            .isNaN();
      }
    }
  }

  @Test
  void namesALabelThatIsNoClass() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment two = FloatBuffers.zeros(arena, 4);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> CrossEntropy.nll(Kernels.create(), two, new int[] {1, 2}, 2, SCALE, two))
          .withMessageContaining("labels[1]");
    }
  }
}
