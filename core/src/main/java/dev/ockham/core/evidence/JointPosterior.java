package dev.ockham.core.evidence;

import java.util.Arrays;

/**
 * A Gaussian posterior of weights that depend on each other, under the prior N(0, s²) of each: what
 * removing several of them does to the log evidence, exactly where the posterior is exact, as in
 * linear regression. For small sets of weights; it takes the cube of their number.
 *
 * @param mean μ, one per weight
 * @param covariance Σ, {@code [weights][weights]}, positive definite
 * @param priorVariance s², positive
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record JointPosterior(double[] mean, double[][] covariance, double priorVariance) {

  /**
   * Copies the arrays.
   *
   * @throws IllegalArgumentException if the sizes differ or s² is not positive
   */
  public JointPosterior {
    GaussianReduction.requirePositive("prior variance", priorVariance);
    mean = mean.clone();
    covariance = Arrays.stream(covariance).map(double[]::clone).toArray(double[][]::new);
    for (double[] row : covariance) {
      if (row.length != mean.length || covariance.length != mean.length) {
        throw new IllegalArgumentException(
            "a covariance of %s × %s does not fit %s means"
                .formatted(covariance.length, row.length, mean.length));
      }
    }
  }

  /**
   * The gain in log evidence if these weights are fixed at 0 together: log q(0) − log p(0) of their
   * joint marginals.
   *
   * @param removed numbers of the weights; none gives 0
   * @return nats
   */
  public double gain(int... removed) {
    SymmetricMatrix part = SymmetricMatrix.part(covariance, removed);
    double[] at = new double[removed.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = mean[removed[i]];
    }
    double[] solved = part.solve(at);
    double square = 0;
    for (int i = 0; i < at.length; i++) {
      square += at[i] * solved[i];
    }
    return 0.5 * (removed.length * Math.log(priorVariance) - part.logDeterminant()) - 0.5 * square;
  }

  /** What independent weights with the same marginals say of the same removal: the sum of each. */
  public double independentGain(int... removed) {
    double sum = 0;
    for (int i : removed) {
      sum += GaussianReduction.gain(mean[i], covariance[i][i], priorVariance);
    }
    return sum;
  }

  /**
   * What the other weights become where one is fixed at 0: the posterior given that, of all weights
   * but this one.
   *
   * @param removed number of the weight
   */
  public JointPosterior without(int removed) {
    int n = mean.length - 1;
    double[] rest = new double[n];
    double[][] between = new double[n][n];
    for (int i = 0; i < n; i++) {
      int row = i < removed ? i : i + 1;
      double share = covariance[row][removed] / covariance[removed][removed];
      rest[i] = mean[row] - share * mean[removed];
      for (int j = 0; j < n; j++) {
        int column = j < removed ? j : j + 1;
        between[i][j] = covariance[row][column] - share * covariance[removed][column];
      }
    }
    return new JointPosterior(rest, between, priorVariance);
  }
}
