package dev.ockham.runtime.plan;

/**
 * Mean and biased variance of each unit of a value, over examples and positions.
 *
 * @param mean one per unit; not copied
 * @param variance one per unit, ≥ 0; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Moments(double[] mean, double[] variance) {

  /**
   * What a normalisation by these moments comes to: scale {@code γ/√(v + ε)} and shift {@code β −
   * m·scale}, in double. A unit that never changes has a scale of 0 and so gives β, also for
   * examples where it would change: divided by √ε alone it would be hundreds of times larger there
   * than anything in training.
   *
   * @param gamma γ, one per unit
   * @param beta β, one per unit
   * @param epsilon ε, taken as the decimal number that it is written as
   */
  public Rescaling rescaling(float[] gamma, float[] beta, float epsilon) {
    double[] scale = new double[mean.length];
    double[] shift = new double[mean.length];
    for (int unit = 0; unit < mean.length; unit++) {
      if (variance[unit] > 0) {
        scale[unit] = gamma[unit] / Math.sqrt(variance[unit] + decimal(epsilon));
      }
      shift[unit] = beta[unit] - mean[unit] * scale[unit];
    }
    return new Rescaling(scale, shift);
  }

  /** The double that is nearest to a float's shortest decimal form: 1e-5 for 1e-5f. */
  static double decimal(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
