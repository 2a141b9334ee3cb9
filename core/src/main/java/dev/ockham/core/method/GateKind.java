package dev.ockham.core.method;

/**
 * What multiplies the units of a layer with weights. Dropout's noise has mean 1 and multiplies
 * every input; what is learnt to close has one factor per unit: an input of a dense layer, an
 * output channel of a convolution.
 */
public enum GateKind {
  /** Nothing. */
  NONE("none"),
  /** Inverted Bernoulli noise: 1/p with probability p, else 0. */
  BERNOULLI("Bernoulli, on units"),
  /** Gaussian noise N(1, α), one draw per example and unit, shared by all outputs. */
  GAUSSIAN("Gaussian, multiplicative, on units"),
  /** Relaxed Bernoulli z whose probability has a Beta prior (arXiv:1805.10896). */
  BETA_BERNOULLI("Beta-Bernoulli, on units"),
  /** The same, times one whose probability depends on the example (arXiv:1805.10896). */
  DEPENDENT_BETA_BERNOULLI("Beta-Bernoulli by example, on units"),
  /** Log-normal z, cut to [e⁻²⁰, 1] (arXiv:1705.07283). */
  LOG_NORMAL("log-normal, cut, on units"),
  /** Gaussian z with the KL of the information bottleneck (arXiv:1802.10399). */
  INFORMATION_BOTTLENECK("Gaussian factor, on units"),
  /** Gaussian z under the normal-Jeffreys prior (arXiv:1705.08665). */
  NORMAL_JEFFREYS("Gaussian factor on units, Gaussian on weights"),
  /** Stretched and cut binary concrete z (arXiv:1712.01312). */
  HARD_CONCRETE("hard concrete, on units");

  private final String noise;

  GateKind(String noise) {
    this.noise = noise;
  }

  /** Whether units have factors that are learnt and can close. */
  public boolean learnt() {
    return switch (this) {
      case NONE, BERNOULLI, GAUSSIAN -> false;
      case BETA_BERNOULLI,
          DEPENDENT_BETA_BERNOULLI,
          LOG_NORMAL,
          INFORMATION_BOTTLENECK,
          NORMAL_JEFFREYS,
          HARD_CONCRETE ->
          true;
    };
  }

  /** Whether the factors of a trained network look at the example, so that they stay with it. */
  public boolean dependent() {
    return this == DEPENDENT_BETA_BERNOULLI;
  }

  /** The noise in words. */
  public String noise() {
    return noise;
  }
}
