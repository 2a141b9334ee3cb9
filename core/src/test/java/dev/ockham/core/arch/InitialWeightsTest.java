package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.LayerSpec.Conv2d;
import dev.ockham.core.arch.LayerSpec.Dense;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {

  private static final Dense DENSE = new Dense("dense1", 800, 500);
  private static final Conv2d CONV = new Conv2d("conv2", 20, 50, 5);

  @Test
  void heGoesByWhatAUnitReads() {
    assertThat(InitialWeights.HE.deviation(DENSE)).isEqualTo(0.05f);
    assertThat(InitialWeights.HE.deviation(CONV)).isEqualTo((float) Math.sqrt(2.0 / 500));
  }

  @Test
  void smallIsAFixedNumberInDenseLayersAndGlorotInConvolutions() {
    assertThat(InitialWeights.SMALL.deviation(DENSE)).isEqualTo(0.01f);
    assertThat(InitialWeights.SMALL.deviation(CONV)).isEqualTo((float) Math.sqrt(2.0 / 1750));
  }
}
