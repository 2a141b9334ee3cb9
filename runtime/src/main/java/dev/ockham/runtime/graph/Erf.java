package dev.ockham.runtime.graph;

/** The complementary error function, in double. */
final class Erf {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

  /** Where the power series ends and the continued fraction begins. */
  private static final double CROSSOVER = 2;

  private static final int TERMS = 60;

  private Erf() {}

  /**
   * erfc(x) = 1 − erf(x), to about 1e-15 of its size: by the power series of erf near 0 (DLMF
   * 7.6.1), by the continued fraction far from it (DLMF 7.9.1).
   */
  static double complement(double x) {
    double size = Math.abs(x);
    if (size < CROSSOVER) {
      return 1 - series(x);
    }
    double tail = size > 27.3 ? 0 : fraction(size);
    return x > 0 ? tail : 2 - tail;
  }

  private static double series(double x) {
    double square = x * x;
    double power = x;
    double sum = x;
    for (int n = 1; n < TERMS; n++) {
      power *= -square / n;
      sum += power / (2 * n + 1);
    }
    return TWO_OVER_ROOT_PI * sum;
  }

  private static double fraction(double x) {
    double below = x;
    for (int n = 2 * TERMS; n > 0; n--) {
      below = x + n / 2.0 / below;
    }
    return Math.exp(-x * x) / below / Math.sqrt(Math.PI);
  }
}
