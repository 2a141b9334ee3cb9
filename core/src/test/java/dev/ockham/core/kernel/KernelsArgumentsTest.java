package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The front door names what is wrong. */
class KernelsArgumentsTest {
  private final Kernels kernels = Kernels.create();
  private final MemorySegment ten = MemorySegment.ofArray(new float[10]);
  private final MemorySegment nine = MemorySegment.ofArray(new float[9]);

  @Test
  void shortMemoryIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.logAlpha(ten, nine, ten, 0, 10))
        .withMessage("logSigma2 must hold 10 floats but has 36 bytes");
    AdamState state = new AdamState(ten, ten, nine);
    AdamStep step = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.adamUpdate(state, ten, step, 0, 10))
        .withMessageStartingWith("parameter.v must hold 10 floats");
  }

  @Test
  void badRangesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.klSum(KlTerm.EXACT, ten, ten, 5, 4))
        .withMessage("from must be in [0, 4] but is 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.klSum(KlTerm.EXACT, ten, ten, -1, 4))
        .withMessageContaining("-1");
  }

  @Test
  void badIndicesAndWidthsAreRefused() {
    MemorySegment pixels = MemorySegment.ofArray(new byte[20]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.gatherImages(pixels, new int[] {0, 4}, 5, 0f, 1f, ten, 0, 10))
        .withMessage("indices[1] must be in [0, 4) but is 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.fillNormal(NoiseKey.of(1, 1, 1), new int[] {1}, 0, ten, 0, 0))
        .withMessageContaining("width must be positive but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.fillNormal(NoiseKey.of(1, 1, 1), new int[] {1}, 9, ten, 0, 10))
        .withMessageContaining("exampleIds.length * width");
  }

  @Test
  void adamSettingsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamStep(1e-3, 1.0, 0.999, 1e-8, 1))
        .withMessage("beta1 must be in [0, 1) but is 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamStep(Double.NaN, 0.9, 0.999, 1e-8, 1))
        .withMessageContaining("learningRate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdamStep(1e-3, 0.9, 0.999, 1e-8, 0))
        .withMessage("step must be >= 1 but is 0");
  }
}
