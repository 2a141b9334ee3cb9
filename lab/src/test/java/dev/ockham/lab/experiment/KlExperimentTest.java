package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.experiment.KlExperiment.Departure;
import dev.ockham.lab.sample.Grid;
import org.junit.jupiter.api.Test;

/** What the page about the KL claims of its closed forms. */
class KlExperimentTest {

  private static final double[] XS = Grid.linear(-8, 8, 161);

  @Test
  void everyKlFallsFromMinusHalfLogAlphaToZeroAndArdLiesLower() {
    for (KlTerm term : new KlTerm[] {KlTerm.EXACT, KlTerm.MOLCHANOV, KlTerm.ARD}) {
      for (double x : XS) {
        assertThat(term.derivative(x)).as("%s at %s", term, x).isNegative();
      }
      assertThat(term.value(-20) - term.value(-22)).isCloseTo(-1, within(1e-6));
      assertThat(term.value(30)).isCloseTo(0, within(1e-9));
    }
    for (double x : XS) {
      assertThat(KlTerm.ARD.value(x)).isLessThan(KlTerm.EXACT.value(x));
      assertThat(KlTerm.ARD.derivative(x)).isGreaterThan(-0.5);
    }
  }

  @Test
  void theFormsForSmallAlphaFailBeyond() {
    assertThat(KlTerm.KINGMA_CUBIC.value(1)).isLessThan(-1);
    assertThat(KlTerm.LOWER_BOUND.value(0)).isPositive();
    assertThat(KlTerm.LOWER_BOUND.value(3)).isNegative();
  }

  @Test
  void theFitIsCloseTheCubicCoarserAndTheBoundCoarserStill() {
    Departure fit = Departure.of(KlTerm.MOLCHANOV);
    Departure cubic = Departure.of(KlTerm.KINGMA_CUBIC);
    Departure bound = Departure.of(KlTerm.LOWER_BOUND);
    assertThat(fit.value()).isBetween(0.009, 0.01);
    assertThat(fit.slope()).isBetween(0.013, 0.014);
    assertThat(cubic.value()).isGreaterThan(3 * fit.value());
    assertThat(cubic.slope()).isGreaterThan(3 * fit.slope());
    assertThat(bound.value()).isGreaterThan(2 * cubic.value());
    assertThat(bound.slope()).isGreaterThan(2 * cubic.slope());
    assertThat(KlExperiment.steepest()).isCloseTo(0.64, within(0.005));
    assertThat(-KlTerm.EXACT.derivative(-1.5)).isCloseTo(KlExperiment.steepest(), within(1e-3));
  }
}
