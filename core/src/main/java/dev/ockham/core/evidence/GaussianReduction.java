package dev.ockham.core.evidence;

/**
 * The gain in log evidence, in nats, if a Gaussian weight under a Gaussian prior is fixed at 0
 * (arXiv:2309.12095): ΔF = log q(0) − log p(0) = ½ log(s²/σ²) − μ²/(2σ²). A weight with ΔF ≥ 0 is
 * better removed; there is no threshold to choose.
 *
 * <p>The prior must be one for many weights. One fitted to the single weight, s² = μ² + σ² as in
 * ARD, gives ΔF ≤ 0 for every weight, so that nothing would ever go.
 */
public final class GaussianReduction {

  private GaussianReduction() {}

  /**
   * ΔF of one weight.
   *
   * @param mean μ of the posterior
   * @param variance σ² of the posterior, positive
   * @param priorVariance s², positive; one of many weights, at least about σ²
   * @return nats; positive where the evidence is higher without the weight
   * @throws IllegalArgumentException if a number is not finite, or a variance not positive
   */
  public static double gain(double mean, double variance, double priorVariance) {
    requirePositive("variance", variance);
    requirePositive("prior variance", priorVariance);
    if (!Double.isFinite(mean)) {
      throw new IllegalArgumentException("mean = " + mean + " is not finite");
    }
    return 0.5 * Math.log(priorVariance / variance) - 0.5 * mean / variance * mean;
  }

  /**
   * The shared prior variance under which given posteriors have the highest bound: the mean of μ² +
   * σ². One step of EM.
   *
   * @param means μ of each weight, at least one
   * @param variances σ² of each
   */
  public static double sharedVariance(double[] means, double[] variances) {
    if (means.length == 0 || means.length != variances.length) {
      throw new IllegalArgumentException(
          "%s means and %s variances have no shared prior"
              .formatted(means.length, variances.length));
    }
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      sum += means[i] * means[i] + variances[i];
    }
    return sum / means.length;
  }

  static void requirePositive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " = " + value + ", it must be positive");
    }
  }
}
