package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.spec.SpecException;
import dev.ockham.train.compress.Spending.Way;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

  @ParameterizedTest
  @CsvSource({"45m, 2700", "2h, 7200", "90s, 90", "1.5h, 5400", "20min, 1200"})
  void timeIsInSeconds(String text, double seconds) {
    assertThat(Budget.parse(text)).isEqualTo(new Budget.Seconds(seconds));
  }

  @Test
  void epochsAreCounted() {
    assertThat(Budget.parse("30epochs")).isEqualTo(new Budget.Epochs(30));
    assertThat(Budget.parse("1 epoch")).isEqualTo(new Budget.Epochs(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "45", "0m", "-3h", "1.5epochs", "3d"})
  void whatIsNoTimeIsSaidInALine(String text) {
    assertThatThrownBy(() -> Budget.parse(text))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageNotContaining("\n");
  }

  @Test
  void timeBecomesEpochsOfTheMeasuredLength() {
    Costs costs = new Costs(12, 8);
    // Of 880 seconds half are with noise.
    Spending spending = costs.spending(new Budget.Seconds(1000), true, Way.SIZE);
    assertThat(spending).isEqualTo(new Spending(0, 18, 18, 56));
    assertThat(costs.seconds(spending)).isBetween(870.0, 880.0);
    assertThat(costs.spending(new Budget.Seconds(1000), true, Way.GATES))
        .isEqualTo(new Spending(0, 22, 0, 77));
    assertThat(costs.spending(new Budget.Seconds(1000), false, Way.QUALITY))
        .isEqualTo(new Spending(44, 13, 4, 40));
    assertThatThrownBy(() -> costs.spending(new Budget.Seconds(20), true, Way.SIZE))
        .hasMessageContaining("too short")
        .hasMessageContaining("an epoch takes 10s here")
        .hasMessageContaining("--budget 24s would do");
    assertThatThrownBy(() -> costs.spending(new Budget.Epochs(1), true, Way.SIZE))
        .hasMessageContaining("too short");
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 0, 1", "7, 2, 1, 4", "10, 3, 2, 5", "30, 8, 7, 15"})
  void countedEpochsAreSharedByNumber(int epochs, int posterior, int noisy, int tuned) {
    assertThat(new Costs(12, 8).spending(new Budget.Epochs(epochs), true, Way.SIZE))
        .isEqualTo(new Spending(0, posterior, noisy, tuned));
  }
}
