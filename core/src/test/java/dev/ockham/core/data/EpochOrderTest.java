package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EpochOrderTest {
  @Test
  void permutesTheGivenIndices() {
    int[] indices = {5, 9, 2, 40, 7};
    int[] order = EpochOrder.of(indices, 3, 0);
    assertThat(order).containsExactlyInAnyOrder(5, 9, 2, 40, 7);
    assertThat(indices).containsExactly(5, 9, 2, 40, 7);
    assertThat(EpochOrder.of(new int[0], 3, 0)).isEmpty();
    assertThat(EpochOrder.of(new int[] {4}, 3, 0)).containsExactly(4);
  }

  @Test
  void dependsOnSeedAndEpochOnly() {
    int[] indices = IntStream.range(0, 1_000).toArray();
    int[] order = EpochOrder.of(indices, 3, 5);
    assertThat(EpochOrder.of(indices, 3, 5)).isEqualTo(order);
    assertThat(EpochOrder.of(indices, 3, 6)).isNotEqualTo(order);
    assertThat(EpochOrder.of(indices, 4, 5)).isNotEqualTo(order);
    // Neighbouring keys must not give shifted copies of one stream.
    assertThat(EpochOrder.of(indices, 4, 4)).isNotEqualTo(order);
  }

  /**
   * Chi-squared over all 24 orders of 4 elements in 24,000 epochs. With 23 degrees of freedom a
   * fair shuffle exceeds 60 once in 30,000 seeds, and this seed is fixed.
   */
  @Test
  void everyOrderIsEquallyLikely() {
    int[] counts = new int[256];
    int epochs = 24_000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = EpochOrder.of(new int[] {0, 1, 2, 3}, 11, epoch);
      counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    double expected = epochs / 24.0;
    double chiSquared =
        IntStream.of(counts)
            .filter(count -> count > 0)
            .mapToDouble(count -> (count - expected) * (count - expected) / expected)
            .sum();
    assertThat(IntStream.of(counts).filter(count -> count > 0).count()).isEqualTo(24);
    assertThat(chiSquared).isLessThan(60);
  }

  @Test
  void refusesNegativeEpochs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EpochOrder.of(new int[3], 1, -1))
        .withMessageContaining("-1");
  }
}
