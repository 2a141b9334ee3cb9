package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @Test
  void keepsScoresStrictlyBelowTheThreshold() {
    Mask mask = Mask.below(new float[] {-INFINITY, 2.9f, 3, 3.1f, INFINITY}, 3);

    assertThat(mask.apply(new float[] {1, 2, 3, 4, 5})).containsExactly(1, 2, 0, 0, 0);
    assertThat(mask.kept()).isEqualTo(2);
    assertThat(mask.length()).isEqualTo(5);
    assertThat(mask.keeps(1)).isTrue();
    assertThat(mask.keeps(2)).isFalse();
  }

  @Test
  void applyLeavesItsArgumentAlone() {
    float[] weights = {1, 2};

    Mask.below(new float[] {0, 9}, 3).apply(weights);

    assertThat(weights).containsExactly(1, 2);
  }

  @Test
  void removesTheHighestScoresOfAllLayersTogether() {
    List<float[]> scores = List.of(new float[] {5, 1}, new float[0], new float[] {4, 6, -1});

    Mask.Selection selection = Mask.toSparsity(scores, 0.6);

    assertThat(selection.masks().get(0).apply(new float[] {1, 1})).containsExactly(0, 1);
    assertThat(selection.masks().get(1).length()).isZero();
    assertThat(selection.masks().get(2).apply(new float[] {1, 1, 1})).containsExactly(0, 0, 1);
    assertThat(selection.threshold()).isEqualTo(4);
  }

  @Test
  void amongEqualScoresEarlierLayersAndLowerIndicesGoFirst() {
    List<float[]> scores = List.of(new float[] {0, -1, -0f}, new float[] {0, 7, 0});

    // four of six: the 7, then three of the four zeros
    Mask.Selection selection = Mask.toSparsity(scores, 4 / 6.0);

    assertThat(selection.masks().get(0).apply(new float[] {1, 1, 1})).containsExactly(0, 1, 0);
    assertThat(selection.masks().get(1).apply(new float[] {1, 1, 1})).containsExactly(0, 0, 1);
    assertThat(selection.threshold()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "1e-9, 1", "0.2, 1", "0.21, 2", "0.4, 2", "0.6, 3", "0.61, 4", "0.8, 4", "1, 5"
  })
  void removesTheFewestThatAreNoLessThanAskedFor(double sparsity, int removed) {
    Mask.Selection selection =
        Mask.toSparsity(List.of(new float[] {1, 2, 3, 4, INFINITY}), sparsity);

    assertThat(selection.masks().getFirst().kept()).isEqualTo(5 - removed);
  }

  @Test
  void removingNothingKeepsEvenInfiniteScores() {
    Mask.Selection selection = Mask.toSparsity(List.of(new float[] {INFINITY, 0}), 0);

    assertThat(selection.masks().getFirst().kept()).isEqualTo(2);
    assertThat(selection.threshold()).isEqualTo(INFINITY);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void withoutTiesTheThresholdGivesTheSameMasks(long seed) {
    Random random = new Random(seed);
    List<float[]> scores = new ArrayList<>();
    int total = 0;
    for (int layer = 0; layer < 4; layer++) {
      float[] layerScores = new float[random.nextInt(300)];
      total += layerScores.length;
      for (int i = 0; i < layerScores.length; i++) {
        layerScores[i] = (float) random.nextGaussian();
      }
      scores.add(layerScores);
    }
    double sparsity = 0.1 + 0.8 * random.nextDouble();

    Mask.Selection selection = Mask.toSparsity(scores, sparsity);

    int kept = 0;
    for (int layer = 0; layer < 4; layer++) {
      Mask mask = selection.masks().get(layer);
      assertThat(mask).isEqualTo(Mask.below(scores.get(layer), selection.threshold()));
      kept += mask.kept();
    }
    assertThat(total - kept).isEqualTo((long) Math.ceil(sparsity * total));
  }

  @Test
  void refusesNaNAndSparsityOutOfRange() {
    float[] scores = {1, Float.NaN};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.below(scores, 3))
        .withMessage("scores: score [1] is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.below(new float[1], Float.NaN))
        .withMessage("threshold is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.toSparsity(List.of(new float[1], scores), 0.5))
        .withMessage("scores of layer 1: score [1] is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.toSparsity(List.of(), 1.01))
        .withMessage("sparsity = 1.01 is outside [0, 1]");
    assertThatIllegalArgumentException().isThrownBy(() -> Mask.toSparsity(List.of(), Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.keeping(List.of(), -1))
        .withMessage("kept = -1 is negative");
  }

  @Test
  void refusesOtherLengths() {
    Mask mask = Mask.below(new float[2], 1);

    assertThatIllegalArgumentException().isThrownBy(() -> mask.apply(new float[3]));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> mask.keeps(2));
  }

  @Test
  void ofEachLayerSomeStayThoughOthersHaveLowerScores() {
    List<float[]> scores = List.of(new float[] {1, 2, 3, 4}, new float[] {9, 8, 7, 6});
    assertThat(kept(Mask.keeping(scores, 4, List.of(0L, 0L)))).isEqualTo("1111 0000");
    assertThat(kept(Mask.keeping(scores, 4, List.of(0L, 2L)))).isEqualTo("1100 0011");
    assertThat(kept(Mask.keeping(scores, 4, List.of(1L, 4L)))).isEqualTo("1000 1111");
    assertThat(kept(Mask.keeping(scores, 8, List.of(1L, 9L)))).isEqualTo("1111 1111");
    assertThat(scores.get(0)).containsExactly(1, 2, 3, 4);
  }

  private static String kept(Mask.Selection selection) {
    StringBuilder text = new StringBuilder();
    for (Mask mask : selection.masks()) {
      for (int i = 0; i < mask.length(); i++) {
        text.append(mask.keeps(i) ? '1' : '0');
      }
      text.append(' ');
    }
    return text.toString().strip();
  }
}
