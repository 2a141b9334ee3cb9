package dev.ockham.core.method;

/** What one weight tensor is believed to be. */
public enum PosteriorKind {
  /** A single value: no noise, no KL. */
  POINT,
  /** N(θ, σ²) with θ and log σ² free per weight (arXiv:1701.05369, section 4.2). */
  SPARSE_VD
}
