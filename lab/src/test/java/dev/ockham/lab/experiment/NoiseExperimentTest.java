package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.noise.UnitNoise;
import dev.ockham.lab.Setting;
import dev.ockham.lab.experiment.NoiseExperiment.Drawn;
import dev.ockham.lab.experiment.NoiseExperiment.Measured;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page about binary and Gaussian noise claims. */
@Tag("long")
class NoiseExperimentTest {

  private static final Measured MEASURED = NoiseExperiment.measure(Setting.quiet(1));

  @Test
  void beyondTheSecondMomentTheyDiffer() {
    for (Drawn drawn : MEASURED.moments()) {
      double p = 1 / (1 + drawn.law().alpha());
      double exact =
          drawn.law() instanceof UnitNoise.Gaussian ? 0 : (1 - 6 * p * (1 - p)) / (p * (1 - p));
      assertThat(drawn.sampled().excessKurtosis()).isCloseTo(exact, within(0.03));
    }
  }

  @Test
  void anEvenCoinIsTheQuickestToBecomeNormal() {
    double[] even = MEASURED.distances(1, "bernoulli");
    assertThat(even).hasSize(5);
    for (double alpha : new double[] {0.25, 3}) {
      double[] lopsided = MEASURED.distances(alpha, "bernoulli");
      for (int i = 0; i < 4; i++) { // the last is down to what chance gives
        assertThat(lopsided[i]).isGreaterThan(1.2 * even[i]);
      }
    }
  }
}
