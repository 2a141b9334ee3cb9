package dev.ockham.core.gate;

import org.apache.commons.numbers.gamma.Erf;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * Structured Bayesian pruning (arXiv:1705.07283): z is log-normal, cut to [e⁻²⁰, 1], under the
 * log-uniform prior on the same interval. The learnt numbers are μ and log σ of log z.
 */
public record LogNormalGate() implements GateBelief {

  /** log of the least z. */
  public static final double LOWEST = -20;

  private static final double START_MU = 0;
  private static final double START_LOG_SIGMA = -5;
  private static final double ROOT_2 = Math.sqrt(2);
  private static final double DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

  /** log 20 − ½ log(2πe). */
  private static final double OFFSET = Math.log(-LOWEST) - 0.5 * Math.log(2 * Math.PI * Math.E);

  /**
   * The standard normal's mass between two bounds, with its densities at them relative to it;
   * formed so that none of them is lost where both bounds lie in a tail.
   */
  private record Mass(double log, double densityAtA, double densityAtB) {

    static Mass between(double a, double b) {
      if (a > 0) {
        Mass mirrored = between(-b, -a);
        return new Mass(mirrored.log, mirrored.densityAtB, mirrored.densityAtA);
      }
      if (b >= 0) {
        double mass = 0.5 * (Erf.value(b / ROOT_2) - Erf.value(a / ROOT_2));
        return new Mass(
            Math.log(mass),
            DENSITY_AT_0 * Math.exp(-0.5 * a * a) / mass,
            DENSITY_AT_0 * Math.exp(-0.5 * b * b) / mass);
      }
      // Both below 0: everything relative to the density at b.
      double fall = Math.exp(0.5 * (b - a) * (b + a));
      double scaled = 0.5 * (Erfcx.value(-b / ROOT_2) - fall * Erfcx.value(-a / ROOT_2));
      return new Mass(
          Math.log(scaled) - 0.5 * b * b, DENSITY_AT_0 * fall / scaled, DENSITY_AT_0 / scaled);
    }
  }

  @Override
  public String[] names() {
    return new String[] {"mu", "log_sigma"};
  }

  @Override
  public Parameters start() {
    return new Parameters(START_MU, START_LOG_SIGMA);
  }

  /**
   * log 20 − ½ log(2πe) − log σ − log Z − (aφ(a) − bφ(b))/(2Z) with a = (−20 − μ)/σ, b = −μ/σ, Z =
   * Φ(b) − Φ(a) (arXiv:1705.07283, section 3.3).
   */
  @Override
  public Kl kl(Parameters unit) {
    double sigma = Math.exp(unit.second());
    double a = (LOWEST - unit.first()) / sigma;
    double b = -unit.first() / sigma;
    Mass z = Mass.between(a, b);
    double pull = a * z.densityAtA - b * z.densityAtB;
    double value = OFFSET - unit.second() - z.log - 0.5 * pull;
    return new Kl(
        value, slope(a, b, z, pull, -1 / sigma, -1 / sigma), slope(a, b, z, pull, -a, -b) - 1);
  }

  /** Derivative of −log Z − (aφ(a) − bφ(b))/(2Z) along a and b. */
  private static double slope(double a, double b, Mass z, double pull, double da, double db) {
    double logMass = z.densityAtB * db - z.densityAtA * da;
    double numerator = (1 - a * a) * z.densityAtA * da - (1 - b * b) * z.densityAtB * db;
    return -logMass - 0.5 * numerator + 0.5 * pull * logMass;
  }

  /** What a unit is multiplied by: the mean E z. */
  @Override
  public double factor(Parameters unit) {
    return Math.exp(logMoment(unit, 1));
  }

  /** −log of the signal-to-noise ratio E z / √Var z. */
  @Override
  public double score(Parameters unit) {
    double relativeVariance = Math.expm1(logMoment(unit, 2) - 2 * logMoment(unit, 1));
    return 0.5 * Math.log(Math.max(relativeVariance, Double.MIN_NORMAL));
  }

  /**
   * Log of the mass that the untruncated normal has on the range of log z.
   *
   * @param unit μ and log σ
   */
  public static double logMass(Parameters unit) {
    double sigma = Math.exp(unit.second());
    return Mass.between((LOWEST - unit.first()) / sigma, -unit.first() / sigma).log;
  }

  /**
   * Log of the mass that a gate has where log z is at most a bound.
   *
   * @param unit μ and log σ
   * @param logZ the bound, above {@link #LOWEST} and at most 0
   */
  public static double logMassBelow(Parameters unit, double logZ) {
    double sigma = Math.exp(unit.second());
    double from = (LOWEST - unit.first()) / sigma;
    return Mass.between(from, (logZ - unit.first()) / sigma).log - logMass(unit);
  }

  /** log E zᵏ = kμ + k²σ²/2 + log(Z shifted by kσ) − log Z. */
  private static double logMoment(Parameters unit, int k) {
    double sigma = Math.exp(unit.second());
    double a = (LOWEST - unit.first()) / sigma;
    double b = -unit.first() / sigma;
    double shifted = Mass.between(a - k * sigma, b - k * sigma).log;
    return k * unit.first() + 0.5 * k * k * sigma * sigma + shifted - Mass.between(a, b).log;
  }
}
