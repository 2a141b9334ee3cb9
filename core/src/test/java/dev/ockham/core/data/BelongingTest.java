package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BelongingTest {

  private static Features examples(int count, Belonging belonging) {
    return Features.of(Shape.of(1), new float[count], new int[count]).withBelonging(belonging);
  }

  @Test
  void groupsAreNeverParted() {
    int[] groups = IntStream.range(0, 100).map(i -> i * i % 13).toArray();
    for (long seed = 0; seed < 20; seed++) {
      Split split = Split.stratified(examples(100, Belonging.groups(groups)), .3, seed);
      assertThat(split.validation().length).isBetween(15, 45);
      int[] held = Arrays.stream(split.validation()).map(i -> groups[i]).distinct().toArray();
      for (int kept : split.train()) {
        assertThat(held).doesNotContain(groups[kept]);
      }
      assertThat(split.train().length + split.validation().length).isEqualTo(100);
    }
    Features one = examples(5, Belonging.groups(new int[5]));
    assertThat(Split.stratified(one, .3, 0).validation()).isEmpty();
    assertThat(Split.stratified(examples(100, Belonging.groups(groups)), 0, 0).validation())
        .isEmpty();
  }

  @Test
  void theLastInTimeAreHeldOutAndMomentsNotParted() {
    int[] moments = {5, 1, 1, 2, 7, 7, 3, 4, 6, 0};
    Features timed = examples(10, Belonging.times(moments));
    assertThat(Split.stratified(timed, .3, 9).validation()).containsExactly(4, 5, 8);
    assertThat(Split.stratified(timed, .1, 9).validation()).containsExactly(4, 5);
    Features later = timed.select(new int[] {0, 3, 8, 9});
    assertThat(Split.stratified(later, .5, 0).validation()).containsExactly(0, 2);
    assertThat(Split.stratified(examples(3, Belonging.times(new int[3])), .5, 0).validation())
        .isEmpty();
  }

  @Test
  void withoutAnythingClassesDecideAsBefore() {
    Features plain =
        Features.of(Shape.of(1), new float[10], new int[] {0, 0, 0, 0, 0, 1, 1, 1, 1, 1});
    Split split = Split.stratified(plain.withBelonging(Belonging.none(10)), .4, 3);
    assertThat(Arrays.stream(split.validation()).filter(i -> i < 5)).hasSize(2);
    assertThat(split.validation()).isEqualTo(Split.stratified(plain, .4, 3).validation());
  }
}
