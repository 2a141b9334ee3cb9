package dev.ockham.core.goal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedDifferenceTest {

  /** At the bound, the counts are the quantile below it, with the shares that fit it best. */
  @ParameterizedTest
  @CsvSource({"12, 5, 200", "3, 3, 50", "40, 10, 5000", "0, 4, 100", "7, 0, 1000", "1, 0, 44"})
  void theBoundIsWhereTheScoreOfTheBestFittingSharesIsTheQuantile(int worse, int better, int n) {
    double bound = PairedDifference.ofCounts(worse, better, n).bound() / 100;
    double share = bestShare(worse, better, n, bound);
    // Variance of worse − better, if their shares are share + bound and share.
    double variance = n * (2 * share + bound - bound * bound);
    assertThat((worse - better - n * bound) / Math.sqrt(variance))
        .isCloseTo(-PairedDifference.QUANTILE, within(1e-6));
  }

  /** The likeliest share of "better" where "worse" is so much more, by a search on a grid. */
  private static double bestShare(int worse, int better, int n, double difference) {
    double low = Math.max(0, -difference);
    double high = (1 - difference) / 2;
    for (int i = 0; i < 300; i++) {
      double a = low + (high - low) * 0.382;
      double b = low + (high - low) * 0.618;
      if (logLikelihood(worse, better, n, a, difference)
          < logLikelihood(worse, better, n, b, difference)) {
        low = a;
      } else {
        high = b;
      }
    }
    return (low + high) / 2;
  }

  private static double logLikelihood(int worse, int better, int n, double share, double apart) {
    return term(worse, share + apart)
        + term(better, share)
        + term(n - worse - better, 1 - 2 * share - apart);
  }

  private static double term(int count, double share) {
    return count == 0 ? 0 : count * Math.log(share);
  }

  /** Over all outcomes of 40 examples, each with its exact probability. */
  @ParameterizedTest
  @CsvSource({"0.10, 0.05", "0.2, 0.2", "0.05, 0.02", "0.3, 0.1", "0.02, 0.10"})
  void theTrueDifferenceIsBelowTheBoundAboutAsOftenAsItSays(double worse, double better) {
    int n = 40;
    double covered = 0;
    for (int b = 0; b <= n; b++) {
      for (int c = 0; b + c <= n; c++) {
        double probability =
            Math.exp(
                logChoose(n, b)
                    + logChoose(n - b, c)
                    + b * Math.log(worse)
                    + c * Math.log(better)
                    + (n - b - c) * Math.log(1 - worse - better));
        boolean below = 100 * (worse - better) <= PairedDifference.ofCounts(b, c, n).bound();
        covered += below ? probability : 0;
      }
    }
    assertThat(covered).isBetween(0.75, 0.9);
  }

  private static double logChoose(int n, int k) {
    double sum = 0;
    for (int i = 1; i <= k; i++) {
      sum += Math.log((double) (n - k + i) / i);
    }
    return sum;
  }

  @Test
  void noChangeIsNoCertainty() {
    PairedDifference none = PairedDifference.ofCounts(0, 0, 5000);
    double z2 = PairedDifference.QUANTILE * PairedDifference.QUANTILE;
    assertThat(none.worse()).isZero();
    assertThat(none.bound()).isCloseTo(100 * z2 / (5000 + z2), within(1e-9));
  }

  /** Student's 80 % quantiles as tables print them. */
  @ParameterizedTest
  @CsvSource({"5, 0.920", "10, 0.879", "30, 0.854", "120, 0.845", "10000, 0.842"})
  void quantilesAreThoseOfTheTables(int freedom, double quantile) {
    assertThat(PairedDifference.studentQuantile(freedom)).isCloseTo(quantile, within(6e-4));
  }

  @Test
  void meansAndRootsAreByHand() {
    double[] after = {1, 4, 4, 9, 16, 2};
    double[] before = {1, 1, 4, 4, 16, 1};
    // Differences 0, 3, 0, 5, 0, 1: mean 1.5, squares about it 21.5.
    double reach = PairedDifference.studentQuantile(5) * Math.sqrt(21.5 / 5 / 6);
    assertThat(PairedDifference.ofMeans(after, before).worse()).isCloseTo(1.5, within(1e-12));
    assertThat(PairedDifference.ofMeans(after, before).bound())
        .isCloseTo(1.5 + reach, within(1e-12));
    PairedDifference roots = PairedDifference.ofRoots(after, before);
    assertThat(roots.worse()).isCloseTo(Math.sqrt(6) - Math.sqrt(4.5), within(1e-12));
    assertThat(roots.bound()).isGreaterThan(roots.worse());
  }
}
