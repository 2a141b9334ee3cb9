package dev.ockham.core.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DawsonTest {
  @Test
  void agreesWithTheTable() {
    OracleTable table = OracleTable.load("kl-oracle-wide.csv");
    RelativeErrors.of(Dawson::value, table.column("dawson_x"), table.column("dawson"))
        .assertBelow(2e-15, 7e-16);
  }

  @Test
  void specialValues() {
    assertThat(Dawson.value(0.0)).isEqualTo(0.0);
    assertThat(Dawson.value(-0.0)).isEqualTo(-0.0);
    assertThat(Dawson.value(Double.POSITIVE_INFINITY)).isEqualTo(0.0);
    assertThat(Dawson.value(Double.NaN)).isNaN();
    assertThat(Dawson.value(-1.25)).isEqualTo(-Dawson.value(1.25));
    assertThat(Dawson.rootTimesValue(Double.POSITIVE_INFINITY)).isEqualTo(0.5);
    assertThat(Dawson.rootTimesValue(Double.NaN)).isNaN();
    assertThat(Dawson.twiceIntegralToRoot(0)).isEqualTo(0.0);
    assertThat(Dawson.twiceIntegralToRoot(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(Dawson.twiceIntegralToRoot(Double.NaN)).isNaN();
  }

  @Test
  void theSeriesMeetTheAsymptoticFormsWithoutAStep() {
    double below = Math.nextDown(40.0);
    assertThat(Dawson.rootTimesValue(below))
        .isCloseTo(Dawson.rootTimesValue(40), within(2e-15 * 0.5));
    assertThat(Dawson.twiceIntegralToRoot(below))
        .isCloseTo(Dawson.twiceIntegralToRoot(40), within(6e-15));
  }

  /** The differential equation F′ = 1 − 2xF, which no other test uses. */
  @Test
  void solvesItsDifferentialEquation() {
    double h = 1e-4;
    for (double x = 0.1; x < 9; x += 0.37) {
      double slope = (Dawson.value(x + h) - Dawson.value(x - h)) / (2 * h);
      assertThat(slope).as("x = %s", x).isCloseTo(1 - 2 * x * Dawson.value(x), within(2e-8));
    }
  }
}
