package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.SparseVdTensors.get;
import static dev.ockham.core.kernel.SparseVdTensors.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kl.GaussianKl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Bayesian network's weights against the textbook in double, whatever registers and ranges. */
class GaussianWeightsTest {

  private static final double KL_SCALE = 1e-3;

  /** With β₁ = 0 Adam's first moment is the gradient. */
  private static final AdamStep BARE = new AdamStep(0, 0, 0.5, 1e-8, 1);

  private static final AdamStep STEP = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 3);

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 1, 7})
  void gradientsAreThoseOfTheObjective(double deviation) {
    GaussianKl prior = new GaussianKl(deviation);
    int size = 1511;
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors before = SparseVdTensors.typical(arena, size, 3);
      SparseVdTensors after = before.copy(arena);
      update(Kernels.create(), after, prior, BARE, 0, size);
      for (int i = 0; i < size; i++) {
        double mu = get(before.state().theta().parameter(), i);
        double logSigma2 = get(before.state().logSigma2().parameter(), i);
        double byMu = get(before.gTheta(), i) + KL_SCALE * prior.derivativeByMean(mu);
        double byLogSigma2 =
            Math.exp(logSigma2) * get(before.gSigma2(), i)
                + KL_SCALE * prior.derivativeByLogVariance(logSigma2);
        double scale = Math.abs(byMu) + KL_SCALE;
        assertThat((double) get(after.state().theta().m(), i))
            .isCloseTo(byMu, within(1e-6 * scale));
        scale = Math.abs(byLogSigma2) + KL_SCALE;
        assertThat((double) get(after.state().logSigma2().m(), i))
            .isCloseTo(byLogSigma2, within(1e-5 * scale));
      }
    }
  }

  @Test
  void theVarianceFollowsItsLogarithm() {
    int size = 700;
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.typical(arena, size, 4);
      update(Kernels.create(), t, new GaussianKl(0.3), STEP, 0, size);
      for (int i = 0; i < size; i++) {
        double expected = Math.exp(get(t.state().logSigma2().parameter(), i));
        assertThat((double) get(t.state().sigma2(), i))
            .isCloseTo(expected, within(1e-6 * expected));
      }
    }
  }

  /** With the KL alone the posterior walks to the prior. */
  @Test
  void theKlAloneLeadsToThePrior() {
    GaussianKl prior = new GaussianKl(0.5);
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.zeros(arena, 2);
      set(t.state().theta().parameter(), 0, 1);
      set(t.state().theta().parameter(), 1, -0.2);
      set(t.state().logSigma2().parameter(), 0, -5);
      set(t.state().logSigma2().parameter(), 1, 1);
      Kernels kernels = Kernels.create();
      kernels.refreshExp(t.state().logSigma2().parameter(), t.state().sigma2(), 0, 2);
      for (int step = 1; step <= 3000; step++) {
        AdamStep adam = new AdamStep(5e-3, 0.9, 0.999, 1e-8, step);
        update(kernels, t, prior, adam, 0, 2);
      }
      for (int i = 0; i < 2; i++) {
        assertThat((double) get(t.state().theta().parameter(), i)).isCloseTo(0, within(1e-3));
        assertThat((double) get(t.state().sigma2(), i)).isCloseTo(0.25, within(1e-3));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 511, 513, 5003})
  void registersAndRangesDoNotMatter(int size) {
    GaussianKl prior = new GaussianKl(0.1);
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors whole = SparseVdTensors.typical(arena, size, 2);
      SparseVdTensors parts = whole.copy(arena);
      update(Kernels.create(), whole, prior, STEP, 0, size);
      int from = 0;
      for (int to : new int[] {1, Math.min(14, size), size / 2 + 1, size}) {
        update(to % 2 == 0 ? Kernels.create() : Kernels.scalar(), parts, prior, STEP, from, to);
        from = Math.max(from, to);
      }
      for (int i = 0; i < whole.segments().size(); i++) {
        assertThat(parts.segments().get(i).mismatch(whole.segments().get(i))).isEqualTo(-1);
      }
    }
  }

  @Test
  void theKlIsTheSumOverAllWeights() {
    GaussianKl prior = new GaussianKl(0.2);
    int size = 2 * Kernels.BLOCK + 77;
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.typical(arena, size, 29);
      MemorySegment mu = t.state().theta().parameter();
      MemorySegment logSigma2 = t.state().logSigma2().parameter();
      double expected = 0;
      for (int i = 0; i < size; i++) {
        expected += prior.value(get(mu, i), get(logSigma2, i));
      }
      assertThat(GaussianWeights.klSum(prior, mu, logSigma2, 0, size))
          .isCloseTo(expected, within(1e-10 * expected));
    }
  }

  private static void update(
      Kernels kernels, SparseVdTensors t, GaussianKl prior, AdamStep step, long from, long to) {
    if (from < to) {
      GaussianWeights.update(
          kernels, t.state(), t.gTheta(), t.gSigma2(), prior, KL_SCALE, step, from, to);
    }
  }
}
