package dev.ockham.lab.sample;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.Erfc;

/** The standard normal distribution, as what samples are compared with. */
public final class StandardNormal {

  private StandardNormal() {}

  /** Density at x. */
  public static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** P(X ≤ x). */
  public static double cumulative(double x) {
    return 0.5 * Erfc.value(-x / Math.sqrt(2));
  }

  /**
   * Kolmogorov's distance of a sample: the largest difference of its distribution function from the
   * normal one, 0 to 1. A truly normal sample of n gives about 0.87/√n.
   */
  public static double kolmogorovDistance(double[] sample) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    double largest = 0;
    for (int i = 0; i < sorted.length; i++) {
      double expected = cumulative(sorted[i]);
      largest = Math.max(largest, expected - (double) i / sorted.length);
      largest = Math.max(largest, (double) (i + 1) / sorted.length - expected);
    }
    return largest;
  }
}
