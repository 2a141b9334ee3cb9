package dev.ockham.core.kl;

/**
 * KL divergence of a Gaussian posterior N(μ, σ²) from the Gaussian prior N(0, s²), per weight, in
 * nats: log(s/σ) + (σ² + μ²)/(2s²) − ½ (arXiv:1312.6114, appendix B, there for s = 1 and as −KL).
 *
 * <p>The variance comes as log σ², the form it is learnt in. Absolute error below 1e-15 times the
 * largest of the terms.
 *
 * @param priorDeviation s, the standard deviation of the prior; above 0, finite
 */
public record GaussianKl(double priorDeviation) {

  public GaussianKl {
    if (!(priorDeviation > 0 && priorDeviation < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "priorDeviation = " + priorDeviation + " is not above 0 and finite");
    }
  }

  /** The prior's precision 1/s². */
  public double precision() {
    return 1 / (priorDeviation * priorDeviation);
  }

  /** The KL; 0 only where posterior and prior agree. */
  public double value(double mean, double logVariance) {
    double logRatio = logVariance - 2 * Math.log(priorDeviation);
    double scaled = mean / priorDeviation;
    return 0.5 * (Math.expm1(logRatio) - logRatio + scaled * scaled);
  }

  /** ∂KL/∂μ = μ/s². */
  public double derivativeByMean(double mean) {
    return mean / (priorDeviation * priorDeviation);
  }

  /** ∂KL/∂log σ² = ½(σ²/s² − 1). */
  public double derivativeByLogVariance(double logVariance) {
    return 0.5 * Math.expm1(logVariance - 2 * Math.log(priorDeviation));
  }
}
