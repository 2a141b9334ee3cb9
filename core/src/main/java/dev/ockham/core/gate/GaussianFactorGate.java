package dev.ockham.core.gate;

import dev.ockham.core.kl.KlTerm;

/**
 * A Gaussian factor z ~ N(μ, σ²) whose KL sees log α = log σ² − log μ² alone: the variational
 * information bottleneck (arXiv:1802.10399) with KL = ½ log(1 + μ²/σ²), which is {@link
 * KlTerm#ARD}, and group normal-Jeffreys (arXiv:1705.08665) with that of the log-uniform prior. The
 * learnt numbers are μ and log σ².
 *
 * @param term the KL as a function of log α
 */
public record GaussianFactorGate(KlTerm term) implements GateBelief {

  /** Added to μ² before its logarithm. */
  private static final double MU2_EPSILON = 1e-8;

  private static final double START_MU = 1;
  private static final double START_LOG_SIGMA2 = -9;

  @Override
  public String[] names() {
    return new String[] {"mu", "log_sigma2"};
  }

  @Override
  public Parameters start() {
    return new Parameters(START_MU, START_LOG_SIGMA2);
  }

  @Override
  public Kl kl(Parameters unit) {
    double slope = term.derivative(score(unit));
    double mu = unit.first();
    return new Kl(term.value(score(unit)), -2 * mu * slope / (mu * mu + MU2_EPSILON), slope);
  }

  @Override
  public double factor(Parameters unit) {
    return unit.first();
  }

  /** The score of a unit: log α. */
  @Override
  public double score(Parameters unit) {
    return unit.second() - Math.log(unit.first() * unit.first() + MU2_EPSILON);
  }
}
