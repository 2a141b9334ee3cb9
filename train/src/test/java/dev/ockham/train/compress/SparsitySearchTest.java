package dev.ockham.train.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.goal.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparsitySearchTest {

  private static final long WEIGHTS = 100_000;

  /** A file of 700 bytes and a bit more than a byte for each weight that is left. */
  private static double least(String target, double wanted) throws IOException {
    return SparsitySearch.least(
        List.of(Target.parse(target)),
        List.of(wanted),
        WEIGHTS,
        (sparsity, _) -> 700 + 1.1 * WEIGHTS * (1 - sparsity));
  }

  @Test
  void aFileIsAsLargeAsWished() throws IOException {
    double sparsity = least("file<=4KB", 4000);
    double bytes = 700 + 1.1 * WEIGHTS * (1 - sparsity);
    assertThat(bytes).isBetween(3900.0, 4000.0);
  }

  @Test
  void weightsAreCountedAndNotSearched() throws IOException {
    assertThat(least("weights<=1000", 1000)).isCloseTo(0.99, within(1e-12));
    assertThat(least("compression>=20", 20)).isCloseTo(0.95, within(1e-12));
    assertThat(least("sparsity>=0.9", 0.9)).isCloseTo(0.9, within(1e-12));
  }

  @Test
  void whatNoWeightsReachIsAboveOne() throws IOException {
    assertThat(least("file<=600", 600)).isGreaterThan(1);
  }
}
