package dev.ockham.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * What is wrong with oneDNN on some machines cannot be had on others: there it must stay on. That
 * convolutions are right, with it or without, is what the tests of the passes see.
 */
class OneDnnTest {

  @Test
  void theProbeAnswersTheSameEachTime() {
    assertThat(OneDnn.onWhereRight()).isEqualTo(Libtorch.usesOneDnn());
    assertThat(OneDnn.onWhereRight()).isEqualTo(Libtorch.usesOneDnn());
  }

  @Test
  void roundingIsNoFault() {
    float[] expected = {1, -2, 0};
    assertThat(OneDnn.agree(new float[] {1.000001f, -2, 1e-6f}, expected)).isTrue();
    assertThat(OneDnn.agree(new float[] {1.01f, -2, 0}, expected)).isFalse();
    assertThat(OneDnn.agree(new float[] {1, -2, Float.NaN}, expected)).isFalse();
    assertThat(OneDnn.agree(new float[] {0, 0, 0}, expected)).isFalse();
  }
}
