package dev.ockham.core.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The front is what a comparison of all with all gives. */
class ParetoFrontTest {

  private record Choice(int number, double size, double bad) {
    boolean beats(Choice other) {
      return size <= other.size && bad <= other.bad && (size < other.size || bad < other.bad);
    }

    boolean same(Choice other) {
      return size == other.size && bad == other.bad;
    }
  }

  private static List<Choice> front(List<Choice> choices) {
    return ParetoFront.of(choices, Choice::size, Choice::bad);
  }

  /** Few values, so that many are equal in one or both. */
  @ParameterizedTest
  @ValueSource(ints = {3, 10, 1000})
  void itIsThatOfBruteForce(int values) {
    SplittableRandom random = new SplittableRandom(values);
    for (int trial = 0; trial < 200; trial++) {
      List<Choice> choices = new ArrayList<>();
      int count = random.nextInt(1, 40);
      for (int i = 0; i < count; i++) {
        choices.add(new Choice(i, random.nextInt(values), random.nextInt(values)));
      }
      List<Choice> expected = new ArrayList<>();
      for (Choice choice : choices) {
        boolean first =
            choices.subList(0, choice.number()).stream().noneMatch(other -> other.same(choice));
        if (first && choices.stream().noneMatch(other -> other.beats(choice))) {
          expected.add(choice);
        }
      }
      assertThat(front(choices))
          .containsExactlyInAnyOrderElementsOf(expected)
          .isSortedAccordingTo((a, b) -> Double.compare(a.size(), b.size()));
    }
  }

  @Test
  void whatWasNotMeasuredIsLeftOut() {
    Choice known = new Choice(0, 1, 1);
    assertThat(front(List.of(new Choice(1, Double.NaN, 0), new Choice(2, 0, Double.NaN), known)))
        .containsExactly(known);
    assertThat(front(List.of())).isEmpty();
  }
}
