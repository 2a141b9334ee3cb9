package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SurvivingPathsTest {

  private static final Architecture DENSE =
      new Architecture(
          "three",
          Shape.flat(2),
          List.of(
              new LayerSpec.Flatten(),
              new LayerSpec.Dense("first", 2, 3),
              new LayerSpec.Relu(),
              new LayerSpec.Dense("middle", 3, 2),
              new LayerSpec.Relu(),
              new LayerSpec.Dense("last", 2, 2)));

  /** 6×6 → conv 3 → 4×4 → pool → 2×2 → flatten: channel c becomes features 4c to 4c + 3. */
  private static final Architecture CONV =
      new Architecture(
          "conv",
          new Shape(1, 6, 6),
          List.of(
              new LayerSpec.Conv2d("conv", 1, 2, 3),
              new LayerSpec.MaxPool2d(2),
              new LayerSpec.Flatten(),
              new LayerSpec.Dense("out", 8, 2)));

  @Test
  void oneWeightPerLayerInARowIsAPath() {
    // input 1 → unit 2 → unit 0 → output 1
    assertThat(SurvivingPaths.firstDeadLayer(DENSE, List.of(kept(6, 5), kept(6, 2), kept(4, 2))))
        .isEmpty();
  }

  @Test
  void aWeightIsConnectedOnlyOnAPathFromInputToOutput() {
    // input 1 → unit 2 → unit 0 → output 1, beside a weight into unit 0, which nobody reads, and
    // one from unit 1, which reads nothing.
    assertThat(
            SurvivingPaths.connected(DENSE, List.of(kept(6, 1, 5), kept(6, 2, 4), kept(4, 2, 3))))
        .containsExactly(kept(6, 5), kept(6, 2), kept(4, 2));
    List<Mask> all = List.of(Mask.all(6), Mask.all(6), Mask.all(4));
    assertThat(SurvivingPaths.connected(DENSE, all)).isEqualTo(all);
    assertThat(SurvivingPaths.connected(DENSE, List.of(Mask.all(6), kept(6), Mask.all(4))))
        .containsExactly(kept(6), kept(6), kept(4));
  }

  @Test
  void batchNormsLetPathsThrough() {
    Architecture normed = Architectures.parse("net:2-dense3-bn-relu-dense2-bn-relu-dense2");
    assertThat(SurvivingPaths.connected(normed, List.of(kept(6, 1, 5), kept(6, 2, 4), kept(4, 2))))
        .containsExactly(kept(6, 5), kept(6, 2), kept(4, 2));
    assertThat(SurvivingPaths.firstDeadLayer(normed, List.of(Mask.all(6), kept(6), Mask.all(4))))
        .contains("dense2");
  }

  @Test
  void channelsAreConnectedThroughPoolingAndFlattening() {
    // Channel 0 keeps weight 3, and output 1 reads its feature 2; channel 1 keeps weight 9, and
    // nobody reads it.
    assertThat(SurvivingPaths.connected(CONV, List.of(kept(18, 3, 9), kept(16, 10))))
        .containsExactly(kept(18, 3), kept(16, 10));
    // Output 0 reads channel 1, which reads nothing.
    assertThat(SurvivingPaths.connected(CONV, List.of(kept(18, 3), kept(16, 5))))
        .containsExactly(kept(18), kept(16));
  }

  @Test
  void allWeightsAreManyPaths() {
    assertThat(SurvivingPaths.firstDeadLayer(DENSE, List.of(Mask.all(6), Mask.all(6), Mask.all(4))))
        .isEmpty();
  }

  @Test
  void aLayerWithoutWeightsIsNamed() {
    assertThat(SurvivingPaths.firstDeadLayer(DENSE, List.of(kept(6), Mask.all(6), Mask.all(4))))
        .contains("first");
    assertThat(SurvivingPaths.firstDeadLayer(DENSE, List.of(Mask.all(6), kept(6), Mask.all(4))))
        .contains("middle");
    assertThat(SurvivingPaths.firstDeadLayer(DENSE, List.of(Mask.all(6), Mask.all(6), kept(4))))
        .contains("last");
  }

  @Test
  void aPathCanBreakAlthoughEveryLayerHasWeights() {
    // first reaches unit 0 alone; middle listens to unit 1 alone
    assertThat(
            SurvivingPaths.firstDeadLayer(
                DENSE, List.of(kept(6, 0, 1), kept(6, 1, 4), Mask.all(4))))
        .contains("middle");
    // middle reaches its unit 0; last listens to unit 1 alone
    assertThat(
            SurvivingPaths.firstDeadLayer(DENSE, List.of(Mask.all(6), kept(6, 0), kept(4, 1, 3))))
        .contains("last");
  }

  @Test
  void flattenCarriesAChannelToAllItsPositions() {
    // kernel element 17 is the last of channel 1, whose features are 4 to 7
    for (int feature = 0; feature < 8; feature++) {
      assertThat(SurvivingPaths.firstDeadLayer(CONV, List.of(kept(18, 17), kept(16, 8 + feature))))
          .isEqualTo(feature < 4 ? Optional.of("out") : Optional.empty());
    }
  }

  @Test
  void aConvolutionReadsTheChannelThatItsKernelBelongsTo() {
    Architecture two =
        new Architecture(
            "two",
            new Shape(1, 6, 6),
            List.of(
                new LayerSpec.Conv2d("a", 1, 2, 3),
                new LayerSpec.Conv2d("b", 2, 1, 2),
                new LayerSpec.Flatten(),
                new LayerSpec.Dense("out", 9, 1)));
    Mask channel0 = kept(18, 3);
    for (int element = 0; element < 8; element++) {
      assertThat(
              SurvivingPaths.firstDeadLayer(two, List.of(channel0, kept(8, element), Mask.all(9))))
          .isEqualTo(element < 4 ? Optional.empty() : Optional.of("b"));
    }
  }

  /** Keeps the given places. */
  private static Mask kept(int length, int... places) {
    float[] scores = new float[length];
    Arrays.fill(scores, 1);
    for (int place : places) {
      scores[place] = 0;
    }
    return Mask.below(scores, 1);
  }
}
