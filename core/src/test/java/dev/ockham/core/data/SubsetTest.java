package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubsetTest {

  private final int[] indices = IntStream.range(0, 500).map(i -> 3 * i).toArray();

  @Test
  void drawsWithoutRepetitionFromWhatItIsGiven() {
    int[] chosen = Subset.of(indices, 100, 7);
    assertThat(chosen).hasSize(100).isSorted().doesNotHaveDuplicates();
    assertThat(IntStream.of(chosen).boxed()).isSubsetOf(IntStream.of(indices).boxed().toList());
    assertThat(IntStream.of(chosen).average().orElseThrow())
        .as("from all over")
        .isBetween(600., 900.);
    assertThat(indices).as("not changed").isSorted();
  }

  @Test
  void theSeedDecides() {
    assertThat(Subset.of(indices, 100, 7)).isEqualTo(Subset.of(indices, 100, 7));
    assertThat(Subset.of(indices, 100, 7)).isNotEqualTo(Subset.of(indices, 100, 8));
    assertThat(Subset.of(new int[] {5, 1, 9, 7, 3}, 3, 1))
        .as("worked out from SplitMix64's definition")
        .containsExactly(3, 5, 9);
  }

  @Test
  void givesAllWhereThereAreNoMore() {
    assertThat(Subset.of(new int[] {4, 2}, 1000, 1)).containsExactly(2, 4);
    assertThat(Subset.of(indices, 0, 1)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subset.of(indices, -1, 1))
        .withMessageContaining("-1");
  }
}
