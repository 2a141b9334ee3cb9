package dev.ockham.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class SharedPriorTest {

  private static final int WEIGHTS = 400;
  private static final int LARGE = 100;

  /** Estimates of weights, the first hundred from N(0, 4), the others 0, all with noise of 0.1. */
  private static double[] estimates() {
    NoiseKey key = NoiseKey.of(3, 0, 0);
    double[] means = new double[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      means[i] =
          (i < LARGE ? 2 * CounterDraws.normal(key, i, 0) : 0)
              + 0.1 * CounterDraws.normal(key, i, 1);
    }
    return means;
  }

  private static double[] precisions() {
    double[] precisions = new double[WEIGHTS];
    Arrays.fill(precisions, 100);
    return precisions;
  }

  /** log ∫ N(m; w, 1/h) N(w; 0, s²) dw − log N(m; 0, 1/h), from the marginal N(m; 0, 1/h + s²). */
  private static double logEvidence(double mean, double precision, double variance) {
    double marginal = 1 / precision + variance;
    return 0.5 * mean * mean * (precision - 1 / marginal) - 0.5 * Math.log(marginal * precision);
  }

  @Test
  void fitIsWhereTheMarginalLikelihoodIsHighest() {
    double[] means = estimates();
    double[] precisions = precisions();
    BitSet kept = new BitSet();
    kept.set(0, LARGE);
    double best = SharedPrior.fit(means, precisions, kept);
    for (double factor : new double[] {0.9, 0.999, 1.001, 1.1}) {
      double here = 0;
      double beside = 0;
      for (int i = 0; i < LARGE; i++) {
        here += logEvidence(means[i], precisions[i], best);
        beside += logEvidence(means[i], precisions[i], factor * best);
      }
      assertThat(here).as("factor %s", factor).isGreaterThan(beside);
    }
  }

  @Test
  void gainIsTheExactDifference() {
    for (double mean : new double[] {0, 0.05, 0.3, 2}) {
      assertThat(SharedPrior.gain(mean, 100, 0.7))
          .isCloseTo(-logEvidence(mean, 100, 0.7), within(1e-9));
    }
  }

  @Test
  void findsTheWeightsThatAreThere() {
    double[] means = estimates();
    SharedPrior chosen = SharedPrior.choose(means, precisions());
    int missed = 0;
    int kept = 0;
    double exact = 0;
    BitSet set = chosen.kept();
    for (int i = 0; i < WEIGHTS; i++) {
      missed += i < LARGE && Math.abs(means[i]) > 0.5 && !set.get(i) ? 1 : 0;
      kept += i >= LARGE && set.get(i) ? 1 : 0;
      exact += set.get(i) ? logEvidence(means[i], 100, chosen.variance()) : 0;
    }
    assertThat(missed).isZero();
    assertThat(kept).isLessThan(6);
    assertThat(chosen.logEvidence()).isCloseTo(exact, within(1e-6));
    assertThat(chosen.variance()).isBetween(2.0, 7.0);
    assertThat(chosen.rounds()).isGreaterThan(1);
  }

  @Test
  void refittingAfterEachRemovalRaisesTheEvidence() {
    double[] means = estimates();
    BitSet all = new BitSet();
    all.set(0, WEIGHTS);
    double wide = SharedPrior.fit(means, precisions(), all);
    double once = 0;
    for (double mean : means) {
      once += Math.max(0, logEvidence(mean, 100, wide));
    }
    assertThat(SharedPrior.choose(means, precisions()).logEvidence()).isGreaterThan(once);
  }

  @Test
  void nothingStaysOfWhatIsNothing() {
    SharedPrior none = SharedPrior.choose(new double[] {0, 0}, new double[] {4, 4});
    assertThat(none.kept()).isEqualTo(new BitSet());
    assertThat(none.logEvidence()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedPrior.choose(new double[] {1}, new double[] {-1}))
        .withMessage("weight 0: mean 1.0, precision -1.0");
  }
}
