package dev.ockham.lab.experiment;

/**
 * A posterior of independent Gaussians.
 *
 * @param mean μ of each weight
 * @param logVariance log σ² of each weight
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record FactorizedGaussian(double[] mean, double[] logVariance) {

  /** Where fitting starts: the prior N(0, 1). */
  static FactorizedGaussian prior(int weights) {
    return new FactorizedGaussian(new double[weights], new double[weights]);
  }

  FactorizedGaussian copy() {
    return new FactorizedGaussian(mean.clone(), logVariance.clone());
  }
}
