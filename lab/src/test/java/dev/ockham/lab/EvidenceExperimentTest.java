package dev.ockham.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the page about evidence claims. */
class EvidenceExperimentTest {

  private static double number(Map<String, Object> row, String key) {
    return QuickPages.number(row, key);
  }

  @Test
  void independentWeightsAreExactWithoutCorrelationAloneAndMisleadWithIt() {
    List<Map<String, Object>> rows = QuickPages.rows("evidence", "correlation");
    Map<String, Object> none = rows.getFirst();
    double both = number(none, "both_exact");
    assertThat(number(none, "both_by_marginals")).isCloseTo(both, within(1e-9));
    assertThat(number(none, "both_by_mean_field")).isCloseTo(both, within(1e-9));
    assertThat(2 * number(none, "one_exact")).isCloseTo(both, within(1e-9));
    Map<String, Object> most = rows.getLast();
    assertThat(number(most, "one_exact")).isPositive();
    assertThat(number(most, "both_exact")).isLessThan(-5);
    assertThat(number(most, "both_by_marginals")).isPositive();
    assertThat(number(most, "both_by_mean_field")).isNegative();
  }

  @Test
  void overconfidenceKeepsNoise() {
    List<Map<String, Object>> rows = QuickPages.rows("evidence", "noise");
    assertThat(number(rows.getFirst(), "kept_of_zeros")).isGreaterThan(0.3);
    assertThat(number(rows.getLast(), "kept_of_zeros")).isLessThan(0.01);
    for (Map<String, Object> row : rows) {
      if (number(row, "noise_ratio") == 1) {
        assertThat(number(row, "kept_of_zeros")).isLessThan(0.06);
        assertThat(number(row, "kept_of_true")).isGreaterThan(0.7);
      }
    }
  }
}
