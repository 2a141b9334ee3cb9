package dev.ockham.core.method;

/**
 * How the noise of Gaussian weights enters the gradient of the expected log-likelihood
 * (arXiv:1506.02557, section 2). All are unbiased; they differ in variance and in work.
 */
public enum Estimator {
  /**
   * Local reparameterisation: pre-activations are drawn, b = γ + √δ·ζ with γ = Aμ and δ = A²σ², one
   * ζ per example, output and position (eq. (6)).
   */
  LOCAL,
  /**
   * One draw of all weights per example: no covariance between examples, and as many weight tensors
   * as there are examples.
   */
  PER_EXAMPLE,
  /** One draw of all weights per step: the examples of a batch share its noise (section 2.2). */
  PER_BATCH
}
