package dev.ockham.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.lab.Setting;
import dev.ockham.lab.experiment.StorageExperiment.Measured;
import dev.ockham.lab.experiment.StorageExperiment.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page about stored bytes claims, beside what {@code PruningExperimentsTest} asserts. */
@Tag("long")
class StorageExperimentTest {

  @Test
  void zerosThatGatherInUnitsTakeMoreThanWasAskedFor() {
    Measured measured = StorageExperiment.measure(Setting.quiet(1));
    int units = measured.scattered().getFirst().units();
    for (int i = 0; i < measured.byUnit().size(); i++) {
      Row byUnit = measured.byUnit().get(i);
      Row scattered = measured.scattered().get(i);
      assertThat(byUnit.asked()).isEqualTo(scattered.asked());
      if (byUnit.asked() > 0.5) {
        assertThat(byUnit.sparsity()).isGreaterThan(byUnit.asked() + 1e-3);
        assertThat(byUnit.units()).isLessThan(scattered.units());
      }
      if (scattered.asked() <= 0.8) {
        assertThat(scattered.units()).isGreaterThan((int) (0.95 * units));
      }
    }
    assertThat(measured.byUnit()).hasSize(12);
  }
}
