package dev.ockham.core.kl;

/**
 * Dawson's integral and the integral built on it that is the KL of a Gaussian dropout posterior.
 *
 * <p>Dawson's function is F(x) = e^(−x²) ∫₀ˣ e^(t²) dt; its integral is wanted as KL(u) = 2 ∫₀^√u
 * F(s) ds = u·₂F₂(1,1; 3/2,2; −u). Expanding e^u·F(√u)/√u and e^u·KL(u) in powers of u gives only
 * positive coefficients, which read as means over a Poisson variable n of mean u:
 *
 * <pre>
 *   F(√u)/√u = E[1/(2n+1)]            KL(u) = E[1 + 1/3 + … + 1/(2n−1)]
 * </pre>
 *
 * <p>So there is no cancellation at any u. From u = {@value #ASYMPTOTIC_FROM} on, the asymptotic
 * series (Abramowitz and Stegun 7.1.23 continued to imaginary argument) is accurate to a double, as
 * its smallest term is about e^(−u).
 */
public final class Dawson {
  /** Where the asymptotic series takes over; its smallest term there is 6e-18. */
  private static final double ASYMPTOTIC_FROM = 40;

  /** Euler's constant γ. */
  private static final double EULER = 0.5772156649015329;

  /** lim KL(u) − ½ log u for u → ∞: log 2 + γ/2. */
  private static final double KL_OFFSET = Math.log(2) + EULER / 2;

  /** Below this share of the sum a term changes nothing. */
  private static final double NEGLIGIBLE = 0x1p-56;

  private Dawson() {}

  /**
   * Dawson's function F(x) = e^(−x²) ∫₀ˣ e^(t²) dt.
   *
   * <p>Odd in x, largest 0.5410 at 0.9241, ~ 1/(2x) for large x. Relative error below 2e-15. F(±0)
   * = ±0, F(±∞) = ±0, F(NaN) = NaN.
   */
  public static double value(double x) {
    double u = x * x;
    return u >= ASYMPTOTIC_FROM ? asymptotic(u) / x : x * meanReciprocalOdd(u);
  }

  /**
   * √u·F(√u), which is −dKL/dlogα for u = 1/(2α); grows like u from 0, ends at ½.
   *
   * @param u at least 0; +∞ gives ½
   */
  public static double rootTimesValue(double u) {
    return u >= ASYMPTOTIC_FROM ? asymptotic(u) : u * meanReciprocalOdd(u);
  }

  /**
   * 2 ∫₀^√u F(s) ds; ~ u for small u, ~ ½ log u + log 2 + γ/2 for large u.
   *
   * <p>Relative error below 2e-15.
   *
   * @param u at least 0; +∞ gives +∞
   */
  public static double twiceIntegralToRoot(double u) {
    if (u >= ASYMPTOTIC_FROM) {
      return 0.5 * Math.log(u) + KL_OFFSET - asymptoticIntegral(u);
    }
    double poisson = 1; // e^u times the probability of n, kept unscaled so that it starts exact
    double harmonic = 0;
    double sum = 0;
    for (int n = 0; n <= u || poisson * harmonic > NEGLIGIBLE * sum; n++) {
      sum += poisson * harmonic;
      harmonic += 1.0 / (2 * n + 1);
      poisson *= u / (n + 1);
    }
    return Math.exp(-u) * sum;
  }

  /** E[1/(2n+1)] for n ~ Poisson(u): F(√u)/√u. */
  private static double meanReciprocalOdd(double u) {
    double poisson = 1;
    double sum = 0;
    for (int n = 0; n <= u || poisson > NEGLIGIBLE * (2 * n + 1) * sum; n++) {
      sum += poisson / (2 * n + 1);
      poisson *= u / (n + 1);
    }
    return Math.exp(-u) * sum;
  }

  /** x·F(x) = ½ Σ (2k−1)!!/(2u)^k at u = x². */
  private static double asymptotic(double u) {
    double term = 1;
    double sum = 0;
    for (int k = 1; term > NEGLIGIBLE; k++) {
      sum += term;
      term *= (2 * k - 1) / (2 * u);
    }
    return 0.5 * sum;
  }

  /** ∫ᵤ^∞ (x·F(x) − ½)/v dv at v = x²: ½ Σ_{k≥1} (2k−1)!!/(2u)^k / k. */
  private static double asymptoticIntegral(double u) {
    double term = 0.5 / u;
    double sum = 0;
    for (int k = 1; term > NEGLIGIBLE; k++) {
      sum += term / k;
      term *= (2 * k + 1) / (2 * u);
    }
    return 0.5 * sum;
  }
}
