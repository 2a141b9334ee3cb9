package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.noise.CounterDraws;

/**
 * Bayesian linear regression with known noise: y = Xw + N(0, s²), prior w ~ N(0, 1), one or two
 * weights. Everything that is approximated elsewhere is exact here.
 *
 * @param x inputs {@code [examples][weights]}
 * @param y targets
 * @param noiseVariance s²
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record LinearRegression(double[][] x, double[] y, double noiseVariance) {

  private static final GaussianKl PRIOR = new GaussianKl(1);
  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  /** Data of true weights 0.8 and −0.5; the two inputs correlate. */
  static LinearRegression of(long seed, int examples, int weights) {
    NoiseKey key = NoiseKey.of(seed, 0, weights);
    double[] truth = {0.8, -0.5};
    double[][] x = new double[examples][weights];
    double[] y = new double[examples];
    double noise = 0.5;
    for (int n = 0; n < examples; n++) {
      double shared = CounterDraws.normal(key, n, 0);
      for (int j = 0; j < weights; j++) {
        x[n][j] = 0.8 * shared + 0.6 * CounterDraws.normal(key, n, 1 + j);
        y[n] += truth[j] * x[n][j];
      }
      y[n] += noise * CounterDraws.normal(key, n, 3);
    }
    return new LinearRegression(x, y, noise * noise);
  }

  int examples() {
    return y.length;
  }

  int weights() {
    return x[0].length;
  }

  /**
   * log p(y), from the covariance s²I + XXᵀ of the targets by a Cholesky factor: no posterior
   * enters.
   */
  double logEvidence() {
    int n = examples();
    double[][] factor = new double[n][n];
    double[] solved = new double[n];
    double sum = -0.5 * n * LOG_2_PI;
    for (int i = 0; i < n; i++) {
      double rest = y[i];
      for (int j = 0; j <= i; j++) {
        double value = dot(x[i], x[j]) + (i == j ? noiseVariance : 0);
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

  /** The posterior's precision matrix I + XᵀX/s². */
  double[][] precision() {
    int k = weights();
    double[][] precision = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        precision[i][j] = i == j ? 1 : 0;
        for (double[] row : x) {
          precision[i][j] += row[i] * row[j] / noiseVariance;
        }
      }
    }
    return precision;
  }

  /** The posterior's mean. */
  double[] posteriorMean() {
    double[][] p = precision();
    double[] right = new double[weights()];
    for (int n = 0; n < examples(); n++) {
      for (int j = 0; j < weights(); j++) {
        right[j] += x[n][j] * y[n] / noiseVariance;
      }
    }
    if (weights() == 1) {
      return new double[] {right[0] / p[0][0]};
    }
    double determinant = p[0][0] * p[1][1] - p[0][1] * p[1][0];
    return new double[] {
      (p[1][1] * right[0] - p[0][1] * right[1]) / determinant,
      (p[0][0] * right[1] - p[1][0] * right[0]) / determinant
    };
  }

  /** KL[q ‖ posterior] in nats of a q with independent weights. */
  double klToPosterior(FactorizedGaussian q) {
    double[][] p = precision();
    double[] mean = posteriorMean();
    int k = weights();
    double determinant = k == 1 ? p[0][0] : p[0][0] * p[1][1] - p[0][1] * p[1][0];
    double twice = -Math.log(determinant) - k;
    for (int i = 0; i < k; i++) {
      twice += p[i][i] * Math.exp(q.logVariance()[i]) - q.logVariance()[i];
      for (int j = 0; j < k; j++) {
        twice += p[i][j] * (q.mean()[i] - mean[i]) * (q.mean()[j] - mean[j]);
      }
    }
    return twice / 2;
  }

  /** The evidence lower bound in nats: E_q log p(y|w) − KL[q ‖ prior]. */
  double elbo(FactorizedGaussian q) {
    return expectedLogLikelihood(q) - klToPrior(q);
  }

  double expectedLogLikelihood(FactorizedGaussian q) {
    double squares = 0;
    for (int n = 0; n < examples(); n++) {
      double residual = y[n] - dot(x[n], q.mean());
      squares += residual * residual;
      for (int j = 0; j < weights(); j++) {
        squares += x[n][j] * x[n][j] * Math.exp(q.logVariance()[j]);
      }
    }
    return -0.5 * examples() * (LOG_2_PI + Math.log(noiseVariance)) - squares / (2 * noiseVariance);
  }

  /** KL[q ‖ prior] in nats. */
  double klToPrior(FactorizedGaussian q) {
    double sum = 0;
    for (int j = 0; j < weights(); j++) {
      sum += PRIOR.value(q.mean()[j], q.logVariance()[j]);
    }
    return sum;
  }

  /** The q with independent weights of highest ELBO: the posterior's mean, variances 1/Pⱼⱼ. */
  FactorizedGaussian bestFactorized() {
    double[][] p = precision();
    double[] logVariance = new double[weights()];
    for (int j = 0; j < weights(); j++) {
      logVariance[j] = -Math.log(p[j][j]);
    }
    return new FactorizedGaussian(posteriorMean(), logVariance);
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
