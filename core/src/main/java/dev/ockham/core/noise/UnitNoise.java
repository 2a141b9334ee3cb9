package dev.ockham.core.noise;

import dev.ockham.core.kernel.NoiseKey;

/**
 * Noise of mean 1 and variance α that multiplies a unit while a network trains. At test time
 * nothing is done, since the mean is 1.
 *
 * <p>α is the one parameter. Published texts also use p, some for the chance to keep a unit and
 * some for the chance to drop it; here these are {@link Bernoulli#retain()} and {@link
 * #dropRate()}.
 */
public sealed interface UnitNoise {

  /** Variance of the noise, the ratio of noise to signal power; above 0, finite. */
  double alpha();

  /** Always 1. */
  default double mean() {
    return 1;
  }

  /** α. */
  default double variance() {
    return alpha();
  }

  /** The chance to drop a unit that gives binary dropout the same α: α/(1+α), in (0, 1). */
  default double dropRate() {
    return alpha() / (1 + alpha());
  }

  /** One draw, a pure function of its arguments. */
  double sample(NoiseKey key, int example, int unit);

  /**
   * Binary dropout, inverted form: 1/p with probability p, else 0 (JMLR 15, 2014, section 10).
   *
   * @param retain p, the chance to keep a unit, in (0, 1)
   */
  record Bernoulli(double retain) implements UnitNoise {

    public Bernoulli {
      if (!(retain > 0 && retain < 1)) {
        throw new IllegalArgumentException("retain = " + retain + " is outside (0, 1)");
      }
    }

    /** The binary noise of variance α: p = 1/(1+α). */
    public static Bernoulli ofAlpha(double alpha) {
      return new Bernoulli(1 / (1 + requireAlpha(alpha)));
    }

    @Override
    public double alpha() {
      return (1 - retain) / retain;
    }

    @Override
    public double sample(NoiseKey key, int example, int unit) {
      return CounterDraws.uniform(key, example, unit) < retain ? 1 / retain : 0;
    }
  }

  /**
   * Gaussian dropout: N(1, α) (JMLR 15, 2014, section 10). The standard deviation is √α.
   *
   * @param alpha the variance; above 0, finite
   */
  record Gaussian(double alpha) implements UnitNoise {

    public Gaussian {
      requireAlpha(alpha);
    }

    @Override
    public double sample(NoiseKey key, int example, int unit) {
      return 1 + Math.sqrt(alpha) * CounterDraws.normal(key, example, unit);
    }
  }

  private static double requireAlpha(double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha = " + alpha + " is not above 0 and finite");
    }
    return alpha;
  }
}
