package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SplitTest {
  /** 60 of class 0, 30 of class 1, 10 of class 2, mixed. */
  private static final Images UNEVEN =
      SampleData.withLabels(
          IntStream.range(0, 100).map(i -> i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2).toArray());

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.1, 0.333, 0.5, 0.9, 0.99})
  void partsAreDisjointCompleteAndAscending(double fraction) {
    Split split = Split.stratified(UNEVEN, fraction, 7);
    int[] all =
        IntStream.concat(IntStream.of(split.train()), IntStream.of(split.validation()))
            .sorted()
            .toArray();
    assertThat(all).isEqualTo(IntStream.range(0, 100).toArray());
    assertThat(split.train()).isSorted();
    assertThat(split.validation()).isSorted();
  }

  @Test
  void everyClassKeepsItsProportion() {
    assertThat(perClass(Split.stratified(UNEVEN, 0.1, 7).validation())).containsExactly(6, 3, 1);
    // 15 + 7.5 + 2.5: the odd one goes to the lower class.
    assertThat(perClass(Split.stratified(UNEVEN, 0.25, 7).validation())).containsExactly(15, 8, 2);
    assertThat(perClass(Split.stratified(UNEVEN, 0.5, 7).validation())).containsExactly(30, 15, 5);
  }

  @Test
  void aClassNeverLosesItsLastTrainingImage() {
    Images rare = SampleData.withLabels(0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
    for (int seed = 0; seed < 20; seed++) {
      assertThat(Split.stratified(rare, 0.95, seed).train()).contains(9).hasSize(2);
    }
  }

  @Test
  void seedDecides() {
    int[] first = Split.stratified(UNEVEN, 0.1, 7).validation();
    assertThat(Split.stratified(UNEVEN, 0.1, 7).validation()).isEqualTo(first);
    assertThat(Split.stratified(UNEVEN, 0.1, 8).validation()).isNotEqualTo(first);
  }

  /**
   * A change of these numbers would silently move images of every old run between its parts. They
   * were computed by a second version of the definition, in Python with its unbounded integers.
   */
  @Test
  void staysTheSameFromVersionToVersion() {
    assertThat(Split.stratified(UNEVEN, 0.1, 1).validation())
        .containsExactly(0, 2, 14, 19, 24, 30, 34, 66, 67, 87);
    int[] ten = IntStream.range(0, 10).toArray();
    assertThat(EpochOrder.of(ten, 1, 0)).containsExactly(3, 7, 6, 4, 1, 5, 0, 2, 8, 9);
    assertThat(EpochOrder.of(ten, 1, 1)).containsExactly(4, 1, 9, 6, 2, 5, 3, 8, 0, 7);
  }

  @Test
  void handsOutCopies() {
    Split split = Split.stratified(UNEVEN, 0.1, 7);
    Arrays.fill(split.train(), -1);
    Arrays.fill(split.validation(), -1);
    assertThat(split.train()).doesNotContain(-1);
    assertThat(split.validation()).doesNotContain(-1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesFractionsOutOfRange(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Split.stratified(UNEVEN, fraction, 7))
        .withMessageContaining(Double.toString(fraction));
  }

  private static int[] perClass(int[] indices) {
    int[] counts = new int[3];
    for (int index : indices) {
      counts[UNEVEN.label(index)]++;
    }
    return counts;
  }
}
