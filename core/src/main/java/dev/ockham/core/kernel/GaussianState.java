package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A weight tensor of Gaussians with free means and variances, as under Sparse VD (arXiv:1701.05369)
 * or in a Bayesian network: means θ and log σ² with Adam's moments, and σ² = exp(log σ²) kept
 * beside them because the forward pass reads it. Borrowed float32 memory of equal length.
 *
 * @param sigma2 always a function of {@code logSigma2}; see {@link Kernels#refreshSigma2}
 */
public record GaussianState(AdamState theta, AdamState logSigma2, MemorySegment sigma2) {}
