package dev.ockham.core.metrics;

import dev.ockham.runtime.graph.Activation;

/** Central intervals of the standard normal density. */
public final class NormalInterval {

  private static final double FARTHEST = 40;
  private static final int HALVINGS = 100;

  private NormalInterval() {}

  /**
   * How many deviations the central interval of a level reaches to both sides of the mean: the
   * quantile at (1 + level) / 2, such as 1.96 of 0.95. By halving, to about 1e-14.
   *
   * @param level in (0, 1)
   */
  public static double reach(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", it must be between 0 and 1");
    }
    double low = 0;
    double high = FARTHEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (within(middle) < level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Share of a standard normal density within x deviations of its mean, x above 0. */
  private static double within(double x) {
    // GELU is x times the share below x.
    return 2 * Activation.Function.GELU.of(x, 0, 0) / x - 1;
  }
}
