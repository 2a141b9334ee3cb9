package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptWeightsTest {

  private static final AdamStep STEP = new AdamStep(0.1, 0.9, 0.999, 1e-8, 1);

  /** Sizes round the tiles of the loop. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, Kernels.TILE - 1, Kernels.TILE, 2 * Kernels.TILE + 5})
  void keptWeightsMoveAsAdamMovesThemAndOthersStayZero(int count) {
    float[] theta = new float[count];
    float[] gradient = new float[count];
    for (int i = 0; i < count; i++) {
      theta[i] = i % 3 == 0 ? 0 : 1 + i;
      gradient[i] = (i % 5) - 2;
    }
    float[] plain = theta.clone();
    float[] keep = new float[count];
    Kernels kernels = Kernels.create();
    MemorySegment g = MemorySegment.ofArray(gradient);
    KeptWeights.refresh(MemorySegment.ofArray(theta), MemorySegment.ofArray(keep), 0, count);
    KeptWeights.update(kernels, state(theta), g, MemorySegment.ofArray(keep), STEP, 0, count);
    kernels.adamUpdate(state(plain), g, STEP, 0, count);
    for (int i = 0; i < count; i++) {
      assertThat(theta[i]).isEqualTo(i % 3 == 0 ? 0f : plain[i]);
      assertThat(keep[i]).isEqualTo(i % 3 == 0 ? 0f : 1f);
    }
  }

  /** Otherwise a run that goes on from its checkpoint would differ from one that never stopped. */
  @Test
  void aWeightThatBecomesZeroIsKeptNoLonger() {
    float[] theta = {0.5f, 1};
    float[] keep = {1, 1};
    MemorySegment kept = MemorySegment.ofArray(keep);
    Kernels kernels = Kernels.create();
    MemorySegment gradient = MemorySegment.ofArray(new float[] {1, 0});
    // Without memory, a step of Adam is the learning rate times the gradient's sign.
    AdamStep sign = new AdamStep(0.5, 0, 0, 1e-30, 1);
    KeptWeights.update(kernels, state(theta), gradient, kept, sign, 0, 2);
    assertThat(theta[0]).isZero();
    assertThat(keep).containsExactly(0, 1);
  }

  private static AdamState state(float[] theta) {
    return new AdamState(
        MemorySegment.ofArray(theta),
        MemorySegment.ofArray(new float[theta.length]),
        MemorySegment.ofArray(new float[theta.length]));
  }
}
