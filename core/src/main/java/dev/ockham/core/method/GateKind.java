package dev.ockham.core.method;

/** What multiplies the inputs of a layer with weights while it trains; mean 1, variance α. */
public enum GateKind {
  /** Nothing. */
  NONE("none"),
  /** Inverted Bernoulli noise: 1/p with probability p, else 0. */
  BERNOULLI("Bernoulli, on units"),
  /** Gaussian noise N(1, α), one draw per example and unit, shared by all outputs. */
  GAUSSIAN("Gaussian, multiplicative, on units");

  private final String noise;

  GateKind(String noise) {
    this.noise = noise;
  }

  /** The noise in words. */
  public String noise() {
    return noise;
  }
}
