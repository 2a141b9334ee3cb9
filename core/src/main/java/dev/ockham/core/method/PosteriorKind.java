package dev.ockham.core.method;

/** What one weight tensor is believed to be. */
public enum PosteriorKind {
  /** A single value: no noise, no KL. */
  POINT("none"),
  /** A single value that is set to 0 on a schedule, and stays there (arXiv:1710.01878). */
  SCHEDULED("none"),
  /** N(μ, σ²) with both free per weight, and a Gaussian prior (arXiv:1505.05424). */
  FACTORIZED_GAUSSIAN("Gaussian, additive, on weights"),
  /** N(θ, αθ²) with θ per weight, α possibly shared (arXiv:1506.02557, section 3.2). */
  VARIATIONAL_DROPOUT("Gaussian, multiplicative, on weights"),
  /** N(θ, σ²) with θ and log σ² free per weight (arXiv:1701.05369, section 4.2). */
  SPARSE_VD("Gaussian, additive, on weights"),
  /** θ·z with a hard concrete gate z per weight (arXiv:1712.01312). */
  HARD_CONCRETE("hard concrete, on weights");

  private final String noise;

  PosteriorKind(String noise) {
    this.noise = noise;
  }

  /** The noise in words. */
  public String noise() {
    return noise;
  }

  /** Whether mean and variance of a weight are parameters of their own. */
  public boolean hasLogSigma2() {
    return this == FACTORIZED_GAUSSIAN || this == SPARSE_VD;
  }
}
