package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.LayerSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurvivingUnitsTest {

  @Test
  void namesTheRowsWithAWeight() {
    LayerSpec.Conv2d conv = new LayerSpec.Conv2d("conv1", 1, 3, 1);
    LayerSpec.Dense dense = new LayerSpec.Dense("dense1", 2, 7);
    Mask channels = Mask.below(new float[] {9, 0, 9}, 3);
    Mask neurons = Mask.below(new float[] {9, 0, 0, 9, 0, 0, 9, 9, 9, 0, 0, 9, 9, 9}, 3);

    List<SurvivingUnits> left = SurvivingUnits.of(List.of(conv, dense), List.of(channels, neurons));

    assertThat(left.getFirst().units()).containsExactly(1);
    assertThat(left.getFirst().kind()).isEqualTo("channels");
    assertThat(left.getLast().units()).containsExactly(0, 1, 2, 4, 5);
    assertThat(left.getLast().kind()).isEqualTo("neurons");
    assertThat(left.getLast().ranges()).isEqualTo("0–2, 4, 5");
    assertThat(new SurvivingUnits(dense, List.of()).ranges()).isEmpty();
  }
}
