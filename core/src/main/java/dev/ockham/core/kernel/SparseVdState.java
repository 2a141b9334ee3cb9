package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A weight tensor under Sparse VD (arXiv:1701.05369): means θ and log σ² with Adam's moments, and
 * σ² = exp(log σ²) kept beside them because the forward pass reads it. Borrowed float32 memory of
 * equal length.
 *
 * @param sigma2 always a function of {@code logSigma2}; see {@link Kernels#refreshSigma2}
 */
public record SparseVdState(AdamState theta, AdamState logSigma2, MemorySegment sigma2) {}
