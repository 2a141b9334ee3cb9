package dev.ockham.core.gate;

/**
 * What dependent Beta-Bernoulli dropout puts beside a Beta-Bernoulli gate (arXiv:1805.10896,
 * section 3.3): φ = clip(γ·ĥ + η′), the chance to keep a unit for the example at hand, where ĥ is
 * the unit's input normalised over the batch, and η′ ~ N(η, σ²) under the prior N(0, ρ²). The gate
 * is shut where the product of E π and φ at η is at most {@link #CUT}.
 *
 * <p>The learnt numbers are γ, η and σ before softplus. With {@link #OFF} as γ and {@link
 * #START_ETA} as η, φ is 1 for every example: the factor is not there yet.
 */
public final class DependentFactor {

  /** Names of the numbers in checkpoints: γ, η, and σ before softplus. */
  public static final String GAMMA = "gamma";

  /** Name of the factor's η; {@link #GAMMA} says what it is for. */
  public static final String ETA = "eta";

  /** Name of the factor's σ; {@link #GAMMA} says what it is for. */
  public static final String SIGMA = "sigma";

  /** γ before the factor begins to depend on the example. */
  public static final float OFF = 0;

  /** γ when it begins. */
  public static final float START_GAMMA = 1;

  /** η at the start: a unit at its mean is kept. */
  public static final float START_ETA = 1;

  /** σ before softplus at the start: σ = 1. */
  public static final float START_SIGMA = (float) Math.log(Math.E - 1);

  /** Added to the variance within the gate's batch norm, as in any other. */
  public static final float EPSILON = 1e-5f;

  /** Largest factor that counts as shut. */
  public static final float CUT = 1e-3f;

  /** ρ² of the prior. */
  private static final double PRIOR_VARIANCE = 5;

  /**
   * A KL with its derivatives.
   *
   * @param value in nats
   * @param byEta derivative by η
   * @param bySigma derivative by σ before softplus
   */
  public record Kl(double value, double byEta, double bySigma) {}

  private DependentFactor() {}

  /** log(ρ/σ) + (σ² + η²)/(2ρ²) − ½ of one unit. */
  public static Kl kl(double eta, double rawSigma) {
    double sigma = softplus(rawSigma);
    double value =
        0.5 * Math.log(PRIOR_VARIANCE)
            - Math.log(sigma)
            + (sigma * sigma + eta * eta) / (2 * PRIOR_VARIANCE)
            - 0.5;
    double bySigma = sigma / PRIOR_VARIANCE - 1 / sigma;
    return new Kl(value, eta / PRIOR_VARIANCE, bySigma / (1 + Math.exp(-rawSigma)));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
