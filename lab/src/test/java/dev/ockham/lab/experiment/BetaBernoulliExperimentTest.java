package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.lab.Setting;
import dev.ockham.lab.experiment.BetaBernoulliExperiment.Chance;
import dev.ockham.lab.experiment.BetaBernoulliExperiment.Gate;
import dev.ockham.lab.experiment.BetaBernoulliExperiment.Measured;
import dev.ockham.lab.experiment.BetaBernoulliExperiment.Price;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page about the gate of Beta-Bernoulli dropout claims. */
class BetaBernoulliExperimentTest {

  @Tag("long")
  @Test
  void smallAPutsTheChanceAtZeroAndTheCoinIsAboveOneHalfAsOftenAsItShould() {
    Measured measured = BetaBernoulliExperiment.measure(Setting.quiet(1));
    for (double b : new double[] {1, 3}) {
      List<Chance> byA = measured.chances().stream().filter(c -> c.b() == b).toList();
      assertThat(byA).hasSize(4).isSortedAccordingTo(Comparator.comparingDouble(Chance::mean));
      assertThat(byA.getFirst().mean()).isLessThan(0.05);
    }
    for (Gate gate : measured.gates()) {
      double draws = gate.draws().length;
      double above = Arrays.stream(gate.draws()).filter(z -> z > 0.5).count() / draws;
      double error = Math.sqrt(gate.chance() * (1 - gate.chance()) / draws);
      assertThat(above).isCloseTo(gate.chance(), within(5 * error));
    }
  }

  @Test
  void thePriceIsANatForEachFactorOfEAndLeastAtThePrior() {
    double prior = BetaBernoulliExperiment.PRIOR;
    assertThat(Price.of(prior, 1).nats()).isCloseTo(0, within(1e-9));
    for (double a : new double[] {1e-5, 1e-3, 0.1, 1, 10}) {
      Price price = Price.of(a, 1);
      assertThat(price.nats()).isCloseTo(Math.log(a / prior) + prior / a - 1, within(1e-8));
      assertThat(price.mean()).isCloseTo(a / (1 + a), within(1e-9));
    }
  }
}
