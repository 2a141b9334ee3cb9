package dev.ockham.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bayesian linear regression, whose evidence follows from the covariance of its targets alone. */
class JointPosteriorTest {

  private static final double NOISE = 0.3;
  private static final double PRIOR = 1.7;

  /** y = Xw + noise, some of the weights 0. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Regression(double[][] x, double[] y) {

    /** Inputs share a part of a given size. */
    static Regression of(double[] truth, int examples, double shared) {
      NoiseKey key = NoiseKey.of(5, 0, 0);
      double[][] x = new double[examples][truth.length];
      double[] y = new double[examples];
      for (int n = 0; n < examples; n++) {
        double common = CounterDraws.normal(key, n, 99);
        for (int j = 0; j < truth.length; j++) {
          double own = CounterDraws.normal(key, n, j);
          x[n][j] = Math.sqrt(shared) * common + Math.sqrt(1 - shared) * own;
          y[n] += truth[j] * x[n][j];
        }
        y[n] += NOISE * CounterDraws.normal(key, n, 100);
      }
      return new Regression(x, y);
    }

    /** log N(y; 0, NOISE² I + PRIOR·XXᵀ) over some of the inputs; no posterior enters. */
    double logEvidence(int[] inputs) {
      int n = y.length;
      double[][] factor = new double[n][n];
      double[] solved = new double[n];
      double sum = -0.5 * n * Math.log(2 * Math.PI);
      for (int i = 0; i < n; i++) {
        double rest = y[i];
        for (int j = 0; j <= i; j++) {
          double value = i == j ? NOISE * NOISE : 0;
          for (int k : inputs) {
            value += PRIOR * x[i][k] * x[j][k];
          }
          for (int k = 0; k < j; k++) {
            value -= factor[i][k] * factor[j][k];
          }
          factor[i][j] = i == j ? Math.sqrt(value) : value / factor[j][j];
          if (j < i) {
            rest -= factor[i][j] * solved[j];
          }
        }
        solved[i] = rest / factor[i][i];
        sum -= Math.log(factor[i][i]) + 0.5 * solved[i] * solved[i];
      }
      return sum;
    }

    JointPosterior posterior() {
      int k = x[0].length;
      double[][] precision = new double[k][k];
      double[] right = new double[k];
      for (int i = 0; i < k; i++) {
        precision[i][i] = 1 / PRIOR;
        for (int n = 0; n < y.length; n++) {
          right[i] += x[n][i] * y[n] / (NOISE * NOISE);
          for (int j = 0; j < k; j++) {
            precision[i][j] += x[n][i] * x[n][j] / (NOISE * NOISE);
          }
        }
      }
      SymmetricMatrix solver =
          SymmetricMatrix.inPlace(
              Arrays.stream(precision).map(double[]::clone).toArray(double[][]::new));
      double[][] covariance = new double[k][];
      for (int i = 0; i < k; i++) {
        double[] unit = new double[k];
        unit[i] = 1;
        covariance[i] = solver.solve(unit);
      }
      return new JointPosterior(solver.solve(right), covariance, PRIOR);
    }

    double exactGain(int... removed) {
      int[] all = IntStream.range(0, x[0].length).toArray();
      int[] rest =
          Arrays.stream(all).filter(i -> Arrays.stream(removed).noneMatch(r -> r == i)).toArray();
      return logEvidence(rest) - logEvidence(all);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "0.5", "0.99"})
  void isTheExactDifferenceOfLogEvidences(double shared) {
    Regression data = Regression.of(new double[] {0.8, 0, -0.4, 0, 0.02}, 40, shared);
    JointPosterior posterior = data.posterior();
    for (int[] removed : new int[][] {{}, {0}, {1}, {4}, {1, 3}, {0, 2}, {1, 3, 4}, {0, 1, 2}}) {
      double exact = data.exactGain(removed);
      assertThat(posterior.gain(removed))
          .as("without %s", Arrays.toString(removed))
          .isCloseTo(exact, within(1e-7 * (1 + Math.abs(exact))));
    }
  }

  @Test
  void oneAfterTheOtherIsAsBothAtOnce() {
    JointPosterior posterior = Regression.of(new double[] {0.3, 0, -0.4}, 20, 0.7).posterior();
    assertThat(posterior.gain(0) + posterior.without(0).gain(1))
        .isCloseTo(posterior.gain(0, 2), within(1e-9));
  }

  @Test
  void independentWeightsAreRightWhereInputsHardlyCorrelate() {
    Regression data = Regression.of(new double[] {0.8, 0, 0}, 400, 0);
    assertThat(data.posterior().independentGain(1, 2)).isCloseTo(data.exactGain(1, 2), within(0.2));
  }

  /** Two inputs that are nearly one: each can go, which independent weights take for both. */
  @Test
  void independentWeightsAreWrongWhereInputsCorrelate() {
    Regression data = Regression.of(new double[] {0.05, 0.05}, 40, 0.9999);
    JointPosterior posterior = data.posterior();
    assertThat(data.exactGain(0)).isPositive();
    assertThat(data.exactGain(1)).isPositive();
    double both = data.exactGain(0, 1);
    double claimed = posterior.independentGain(0, 1);
    assertThat(posterior.gain(0, 1)).isCloseTo(both, within(1e-6));
    assertThat(Math.abs(claimed - both)).isGreaterThan(1);
  }
}
