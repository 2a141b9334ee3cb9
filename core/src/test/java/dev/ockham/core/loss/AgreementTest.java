package dev.ockham.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Agreement with a teacher, on numbers that can be added up by hand. */
class AgreementTest {

  private static Agreement.Accumulator two() {
    return new Agreement.Accumulator(
        List.of("a", "b"),
        List.of(new Distance.Squared(1), new Distance.Squared(0.5)),
        List.of(2, 1));
  }

  @Test
  void eachOutputHasItsOwnShareThatIsMissed() {
    Agreement.Accumulator sum = two();
    // Targets of a: (0, 10), (2, 10), (4, 10); of b: 1, 1, 1.
    List<float[]> targets = List.of(new float[] {0, 10, 2, 10, 4, 10}, new float[] {1, 1, 1});
    List<float[]> values = List.of(new float[] {1, 10, 2, 10, 4, 9}, new float[] {1, 1, 3});
    for (int i = 0; i < 3; i++) {
      sum.add(values, i, targets, i);
    }
    Agreement found = sum.result();
    assertThat(found.examples()).isEqualTo(3);
    assertThat(found.distance()).isCloseTo((2 / 2.0 + 4 / 0.5) / 3, within(1e-12));
    assertThat(found.relativeErrors().keySet()).containsExactly("a", "b");
    assertThat(found.relativeErrors().get("a")).isCloseTo(2 / 8.0, within(1e-12));
    assertThat(found.relativeErrors().get("b"))
        .as("a teacher that never changes has nothing to be missed")
        .isNaN();
  }

  @Test
  void theMeansAloneMissAllOfIt() {
    Agreement.Accumulator sum =
        new Agreement.Accumulator(List.of("a"), List.of(new Distance.Squared(1)), List.of(1));
    List<float[]> targets = List.of(new float[] {1, 2, 6});
    List<float[]> values = List.of(new float[] {3, 3, 3});
    for (int i = 0; i < 3; i++) {
      sum.add(values, i, targets, i);
    }
    assertThat(sum.result().relativeErrors().get("a")).isCloseTo(1, within(1e-12));
  }

  @Test
  void nothingCountedIsNoResult() {
    Agreement.Accumulator sum = two();
    assertThatIllegalStateException().isThrownBy(sum::result);
  }
}
