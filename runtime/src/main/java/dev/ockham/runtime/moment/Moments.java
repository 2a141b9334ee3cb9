package dev.ockham.runtime.moment;

/**
 * Means and variances of the numbers of a value, in double. The arrays are not copied; whoever made
 * them leaves them alone.
 */
public final class Moments {

  private final double[] means;
  private final double[] variances;

  Moments(double[] means, double[] variances) {
    this.means = means;
    this.variances = variances;
  }

  /** How many numbers there are. */
  public int size() {
    return means.length;
  }

  /** Mean of a number. */
  public double mean(int index) {
    return means[index];
  }

  /** Variance of a number, at least 0. */
  public double variance(int index) {
    return variances[index];
  }

  /** Means of numbers that are known: their variances are 0. */
  static Moments known(float[] values) {
    double[] means = new double[values.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = values[i];
    }
    return new Moments(means, new double[values.length]);
  }
}
