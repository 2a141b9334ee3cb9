package dev.ockham.core.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KlTermTest {
  private static final OracleTable TABLE = OracleTable.load("kl-oracle.csv");
  private static final OracleTable WIDE = OracleTable.load("kl-oracle-wide.csv");

  // The cubic crosses zero and cancels beyond α = 1, hence its wider limit.
  @ParameterizedTest
  @CsvSource({
    "exact, kl_exact, 1e-14",
    "molchanov, kl_molchanov, 1e-14",
    "kingma-cubic, kl_kingma, 1e-12",
    "lower-bound, kl_bound, 1e-13",
    "ard, kl_ard, 1e-14"
  })
  void valuesAgreeWithTheOracle(String name, String column, double limit) {
    RelativeErrors.of(KlTerm.named(name)::value, TABLE.column("log_alpha"), TABLE.column(column))
        .assertBelow(limit, limit / 2);
  }

  @Test
  void exactDerivativeAgreesWithTheOracle() {
    RelativeErrors.of(
            KlTerm.EXACT::derivative, TABLE.column("log_alpha"), TABLE.column("dkl_exact"))
        .assertBelow(3e-15, 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"exact, 2e-14", "molchanov, 2e-14", "kingma-cubic, 1e-12", "ard, 2e-14"})
  void valuesAndDerivativesAgreeWithTheWideTable(String name, double limit) {
    KlTerm term = KlTerm.named(name);
    double[] logAlpha = WIDE.column("log_alpha");
    RelativeErrors.of(term::value, logAlpha, WIDE.column(name)).assertBelow(limit, limit / 2);
    RelativeErrors.of(term::derivative, logAlpha, WIDE.column("d_" + name))
        .assertBelow(limit, limit / 2);
  }

  @ParameterizedTest
  @EnumSource
  void derivativeIsTheSlopeOfTheValue(KlTerm term) {
    double h = 1e-5;
    for (double logAlpha = -14; logAlpha < Math.min(term.maxLogAlpha(), 14); logAlpha += 0.31) {
      double slope = (term.value(logAlpha + h) - term.value(logAlpha - h)) / (2 * h);
      assertThat(term.derivative(logAlpha))
          .as("%s at log alpha %s", term, logAlpha)
          .isCloseTo(slope, within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLogAlphaUpTo700IsSafe(KlTerm term) {
    for (double logAlpha = -700; logAlpha <= 700; logAlpha += 0.5) {
      double value = term.value(logAlpha);
      double derivative = term.derivative(logAlpha);
      assertThat(value).as("%s at %s", term, logAlpha).isNotNaN();
      assertThat(derivative).as("%s at %s", term, logAlpha).isNotNaN();
      if (logAlpha <= term.maxLogAlpha()) {
        assertThat(value).isBetween(0.0, 351.0);
        assertThat(derivative).isNegative();
      }
    }
  }

  @Test
  void kingmaCubicIsMinusInfinityWhereItLeavesTheDoubleRange() {
    assertThat(KlTerm.KINGMA_CUBIC.value(235)).isFinite();
    assertThat(KlTerm.KINGMA_CUBIC.value(300)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void onlyTheFormsForSmallAlphaHaveALimit() {
    assertThat(Arrays.stream(KlTerm.values()).filter(term -> term.maxLogAlpha() == 0))
        .containsExactly(KlTerm.KINGMA_CUBIC, KlTerm.LOWER_BOUND);
    assertThat(Arrays.stream(KlTerm.values()).filter(term -> Double.isInfinite(term.maxLogAlpha())))
        .containsExactly(KlTerm.EXACT, KlTerm.MOLCHANOV, KlTerm.ARD);
  }

  /** The signs that published code got wrong: the KL falls with α, and the bound lies above it. */
  @Test
  void signsAreThoseOfADivergence() {
    assertThat(KlTerm.EXACT.value(-8)).isGreaterThan(KlTerm.EXACT.value(3)).isPositive();
    for (double logAlpha = -12; logAlpha <= 0; logAlpha += 0.25) {
      assertThat(KlTerm.LOWER_BOUND.value(logAlpha)).isGreaterThan(KlTerm.EXACT.value(logAlpha));
    }
  }

  @Test
  void namesAreFoundAndUnknownOnesRefused() {
    for (KlTerm term : KlTerm.values()) {
      assertThat(KlTerm.named(term.cliName())).isSameAs(term);
      assertThat(term.description()).isNotBlank();
      assertThat(term.source()).contains("arXiv");
    }
    assertThatThrownBy(() -> KlTerm.named("kingma"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'kingma'")
        .hasMessageContaining("exact, molchanov, kingma-cubic, lower-bound, ard");
  }
}
