package dev.ockham.runtime.data;

/**
 * Brings samples from one rate to another: zeros between them, a low-pass filter (a sinc under a
 * Kaiser window of β = 5, ten zero crossings to each side), and every so-many-th is kept, as {@code
 * scipy.signal.resample_poly} does. Immutable.
 */
final class Resampling {
  private static final int CROSSINGS = 10;
  private static final double BETA = 5;

  private final int up;
  private final int down;
  private final double[] filter;
  private final int half;

  /** From one rate to another, both above 0. */
  Resampling(int from, int to) {
    int common = gcd(from, to);
    up = to / common;
    down = from / common;
    int most = Math.max(up, down);
    half = CROSSINGS * most;
    filter = new double[2 * half + 1];
    double sum = 0;
    for (int i = 0; i < filter.length; i++) {
      double x = (double) (i - half) / most;
      double sinc = x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
      double edge = (double) (i - half) / half;
      filter[i] = sinc * bessel(BETA * Math.sqrt(Math.max(0, 1 - edge * edge))) / bessel(BETA);
      sum += filter[i];
    }
    for (int i = 0; i < filter.length; i++) {
      filter[i] *= up / sum;
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The modified Bessel function of the first kind and order 0, by its series. */
  private static double bessel(double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }

  /**
   * Samples at the other rate.
   *
   * @param most how many are needed, at most
   */
  float[] of(float[] samples, int most) {
    long length = ((long) samples.length * up + down - 1) / down;
    float[] made = new float[(int) Math.min(length, most)];
    for (int i = 0; i < made.length; i++) {
      long middle = (long) i * down;
      long first = Math.max(0, (middle - half + up - 1) / up);
      long last = Math.min(samples.length - 1L, (middle + half) / up);
      double sum = 0;
      for (long k = first; k <= last; k++) {
        sum += samples[(int) k] * filter[(int) (middle - k * up) + half];
      }
      made[i] = (float) sum;
    }
    return made;
  }
}
