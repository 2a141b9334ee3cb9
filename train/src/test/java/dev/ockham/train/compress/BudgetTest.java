package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.spec.SpecException;
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
    assertThat(costs.epochs(new Budget.Seconds(1000))).isEqualTo(88);
    assertThat(costs.epochs(new Budget.Epochs(7))).isEqualTo(7);
    assertThatThrownBy(() -> costs.epochs(new Budget.Seconds(20)))
        .hasMessageContaining("too short")
        .hasMessageContaining("an epoch takes 10s here")
        .hasMessageContaining("--budget 24s would do");
    assertThatThrownBy(() -> costs.epochs(new Budget.Epochs(1))).hasMessageContaining("too short");
  }
}
