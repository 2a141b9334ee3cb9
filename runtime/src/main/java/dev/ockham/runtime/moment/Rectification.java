package dev.ockham.runtime.moment;

import dev.ockham.runtime.graph.Activation;

/** Moments of what is left of normal numbers after a maximum, in closed form. */
final class Rectification {

  private static final double ROOT_2_PI = Math.sqrt(2 * Math.PI);

  private Rectification() {}

  /** max(0, x) of each number, which is taken to be normal. */
  static Moments rectified(Moments x) {
    double[] means = new double[x.size()];
    double[] variances = new double[x.size()];
    for (int i = 0; i < means.length; i++) {
      maximum(x.mean(i), x.variance(i), 0, 0, means, variances, i);
    }
    return new Moments(means, variances);
  }

  /**
   * Mean and variance of the larger of two independent normal numbers (Clark, "The greatest of a
   * finite set of random variables", Operations Research 9, 1961).
   *
   * @param means given the mean at {@code at}
   * @param variances given the variance at {@code at}
   */
  static void maximum(
      double mean1,
      double variance1,
      double mean2,
      double variance2,
      double[] means,
      double[] variances,
      int at) {
    double spread = Math.sqrt(variance1 + variance2);
    if (spread == 0) {
      means[at] = Math.max(mean1, mean2);
      variances[at] = 0;
      return;
    }
    double apart = (mean1 - mean2) / spread;
    double first = below(apart);
    double second = below(-apart);
    double density = Math.exp(-apart * apart / 2) / ROOT_2_PI;
    double mean = mean1 * first + mean2 * second + spread * density;
    double square =
        (mean1 * mean1 + variance1) * first
            + (mean2 * mean2 + variance2) * second
            + (mean1 + mean2) * spread * density;
    means[at] = mean;
    variances[at] = Math.max(0, square - mean * mean);
  }

  /** How often a standard normal number is below x. */
  private static double below(double x) {
    // GELU is x times just that.
    return x == 0 ? 0.5 : Activation.Function.GELU.of(x, 0, 0) / x;
  }
}
