package dev.ockham.lab.experiment;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.noise.CounterDraws;
import java.util.ArrayList;
import java.util.List;

/**
 * Stochastic gradient variational Bayes (arXiv:1312.6114) on a linear regression: the expected
 * log-likelihood from one weight sample and a minibatch, the KL in closed form.
 */
final class SgvbFit {

  private static final GaussianKl PRIOR = new GaussianKl(1);

  /** The first step's; it falls to 0 at the end, so that the fit settles. */
  private static final double LEARNING_RATE = 0.05;

  private SgvbFit() {}

  /** q after every step, the start included. */
  static List<FactorizedGaussian> run(LinearRegression data, int batch, int steps, long seed) {
    int k = data.weights();
    FactorizedGaussian q = FactorizedGaussian.prior(k);
    double[] curvature = new double[2 * k];
    List<FactorizedGaussian> path = new ArrayList<>(List.of(q.copy()));
    for (int step = 0; step < steps; step++) {
      double[] gradient = gradient(data, q, batch, NoiseKey.of(seed, step, 100 + k));
      double left = 1 - (double) step / steps;
      double rate = LEARNING_RATE * left * left;
      for (int j = 0; j < 2 * k; j++) {
        curvature[j] += 0.01 * (gradient[j] * gradient[j] - curvature[j]);
        double scale = Math.sqrt(curvature[j] / (1 - Math.pow(0.99, step + 1))) + 1e-8;
        double[] parameter = j < k ? q.mean() : q.logVariance();
        parameter[j % k] += rate * gradient[j] / scale;
      }
      path.add(q.copy());
    }
    return path;
  }

  /** An unbiased estimate of the ELBO's gradient by (μ, log σ²). */
  static double[] gradient(LinearRegression data, FactorizedGaussian q, int batch, NoiseKey key) {
    int k = data.weights();
    double[] epsilon = new double[k];
    double[] w = new double[k];
    for (int j = 0; j < k; j++) {
      epsilon[j] = CounterDraws.normal(key, 0, j);
      double sigma = Math.exp(0.5 * q.logVariance()[j]);
      w[j] = q.mean()[j] + sigma * epsilon[j];
    }
    double[] byWeight = new double[k];
    for (int m = 0; m < batch; m++) {
      int n = (int) (CounterDraws.uniform(key, 1, m) * data.examples());
      double residual = data.y()[n] - LinearRegression.dot(data.x()[n], w);
      for (int j = 0; j < k; j++) {
        byWeight[j] += residual * data.x()[n][j] / data.noiseVariance();
      }
    }
    double[] gradient = new double[2 * k];
    double scale = (double) data.examples() / batch;
    for (int j = 0; j < k; j++) {
      double sigma = Math.exp(0.5 * q.logVariance()[j]);
      gradient[j] = scale * byWeight[j] - PRIOR.derivativeByMean(q.mean()[j]);
      gradient[k + j] =
          scale * byWeight[j] * 0.5 * sigma * epsilon[j]
              - PRIOR.derivativeByLogVariance(q.logVariance()[j]);
    }
    return gradient;
  }
}
