package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.lab.Setting;
import dev.ockham.lab.experiment.ElboExperiment.Case;
import dev.ockham.lab.experiment.ElboExperiment.Measured;
import org.junit.jupiter.api.Test;

/** What the page about the evidence lower bound claims. */
class ElboExperimentTest {

  private static final Measured MEASURED = ElboExperiment.measure(Setting.quiet(1));

  @Test
  void theGapClosesWithOneWeightAndStaysWithTwoThatCorrelate() {
    Case one = MEASURED.one();
    Case two = MEASURED.two();
    assertThat(one.bestElbo()).isCloseTo(one.logEvidence(), within(1e-9));
    assertThat(two.logEvidence() - two.bestElbo()).isGreaterThan(0.05);
    for (Case each : new Case[] {one, two}) {
      assertThat(each.identityError()).isLessThan(1e-10);
      assertThat(each.data().elbo(each.last())).isCloseTo(each.bestElbo(), within(0.05));
    }
  }

  @Test
  void theFittedQSitsAtThePosteriorsMeanAndIsNarrower() {
    Case two = MEASURED.two();
    double[][] p = two.data().precision();
    double determinant = p[0][0] * p[1][1] - p[0][1] * p[1][0];
    for (int i = 0; i < 2; i++) {
      double variance = Math.exp(two.last().logVariance()[i]);
      double whileTheOtherIsHeld = 1 / p[i][i];
      double marginal = p[1 - i][1 - i] / determinant;
      assertThat(two.last().mean()[i])
          .isCloseTo(two.data().posteriorMean()[i], within(0.5 * Math.sqrt(marginal)));
      assertThat(variance / whileTheOtherIsHeld).isBetween(0.8, 1.25);
      assertThat(variance).isLessThan(0.95 * marginal);
    }
  }
}
