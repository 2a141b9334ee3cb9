package dev.ockham.core.evidence;

import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.LogNormalGate;

/**
 * The gain in log evidence if the log-uniform prior of a truncated log-normal gate is exchanged for
 * one that says the gate is shut (BMRS, arXiv:2406.01345). A gate with ΔF ≥ 0 is better shut.
 *
 * <p>Both forms live on the gate's own range, log z in [−20, 0].
 */
public sealed interface LogNormalReduction {

  /** Bits at which a factor counts as 0 where nothing else is said. */
  int BITS = 8;

  /**
   * ΔF of one gate.
   *
   * @return nats; −∞ where q has no mass where the prior would put it
   */
  double gain(GateBelief.Parameters gate);

  /** The usual form. */
  static LogNormalReduction standard() {
    return new Uniform(BITS);
  }

  /**
   * The reduced prior is log-uniform on the low end of the range, z in [e⁻²⁰, 2⁻ᵇ]: what a
   * fixed-point number of b bits cannot tell from 0. ΔF = log(mass of q there) − log(mass of the
   * prior there). The paper's code begins the interval at 2⁻²³ instead, which would keep the most
   * closed gates of a wider range.
   *
   * @param bits b, from 1 to 28
   */
  record Uniform(int bits) implements LogNormalReduction {
    /** Checks the range. */
    public Uniform {
      if (bits < 1 || bits > 28) {
        throw new IllegalArgumentException("bits = " + bits + " is outside 1 to 28");
      }
    }

    @Override
    public double gain(GateBelief.Parameters gate) {
      double upTo = -bits * Math.log(2);
      double prior = (upTo - LogNormalGate.LOWEST) / -LogNormalGate.LOWEST;
      return LogNormalGate.logMassBelow(gate, upTo) - Math.log(prior);
    }
  }

  /**
   * The reduced prior of log z is a Gaussian spike, cut to the range. ΔF = log ∫ q p̃/p, in closed
   * form since a product of Gaussians is one.
   *
   * @param center of log z, such as −20
   * @param deviation of log z, positive
   */
  record Spike(double center, double deviation) implements LogNormalReduction {
    /** Checks the range. */
    public Spike {
      GaussianReduction.requirePositive("deviation", deviation);
      if (!(center >= LogNormalGate.LOWEST && center <= 0)) {
        throw new IllegalArgumentException(
            "center = %s is outside %s to 0".formatted(center, LogNormalGate.LOWEST));
      }
    }

    @Override
    public double gain(GateBelief.Parameters gate) {
      double variance = Math.exp(2 * gate.second());
      double spike = deviation * deviation;
      double both = variance + spike;
      double off = gate.first() - center;
      double logProduct = -0.5 * Math.log(2 * Math.PI * both) - 0.5 * off * off / both;
      double mean = (gate.first() * spike + center * variance) / both;
      GateBelief.Parameters product =
          new GateBelief.Parameters(mean, 0.5 * Math.log(variance / both * spike));
      GateBelief.Parameters reduced = new GateBelief.Parameters(center, Math.log(deviation));
      return Math.log(-LogNormalGate.LOWEST)
          + logProduct
          + LogNormalGate.logMass(product)
          - LogNormalGate.logMass(gate)
          - LogNormalGate.logMass(reduced);
    }
  }
}
