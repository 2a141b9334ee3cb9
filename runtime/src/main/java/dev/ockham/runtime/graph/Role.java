package dev.ockham.runtime.graph;

/** What a parameter is for; decides whether it is trained, and whether pruning may zero it. */
public enum Role {
  /** Multiplied with inputs: matrices and kernels. */
  WEIGHT,
  /** One row for each of a vocabulary's entries. */
  TABLE,
  /** Added to outputs. */
  BIAS,
  /** What a normalisation multiplies by, and slopes that are learnt. */
  SCALE,
  /** What a normalisation adds. */
  SHIFT,
  /** Moments that a normalisation estimated from data. */
  STATISTIC,
  /** Fixed numbers. */
  CONSTANT;

  /** Whether a parameter of this role has a posterior, and a number of it may be pruned away. */
  public boolean prunable() {
    return this == WEIGHT || this == TABLE;
  }

  /** Whether an optimiser changes it. */
  public boolean trained() {
    return this != STATISTIC && this != CONSTANT;
  }
}
