package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;

import dev.ockham.core.kl.GaussianKl;
import java.lang.foreign.MemorySegment;

/**
 * The elementwise work on weights N(μ, σ²) under a Gaussian prior, beside what {@link Kernels} has.
 * Plain loops, which the JIT turns into vectors without changing a bit.
 */
public final class GaussianWeights {

  private GaussianWeights() {}

  /**
   * One step of a Bayesian network's weights N(μ, σ²) under the prior N(0, s²), given the gradients
   * of the mean negative log-likelihood: with k = klScale,
   *
   * <pre>
   *   g₁ = gMu + k·μ/s²      g₂ = σ²·gSigma2 + k·½(σ²/s² − 1)
   * </pre>
   *
   * then Adam on μ with g₁ and on log σ² with g₂, then σ² = exp(log σ²) (arXiv:1505.05424; the KL
   * is {@link GaussianKl}).
   *
   * @param gMu ∂NLL/∂μ
   * @param gSigma2 ∂NLL/∂σ²
   * @param klScale β/N
   */
  public static void update(
      Kernels kernels,
      GaussianState state,
      MemorySegment gMu,
      MemorySegment gSigma2,
      GaussianKl prior,
      double klScale,
      AdamStep step,
      long from,
      long to) {
    KernelArguments.requireState(state, from, to);
    KernelArguments.requireFloats("gMu", gMu, from, to);
    KernelArguments.requireFloats("gSigma2", gSigma2, from, to);
    AdamStep.Factors adam = step.factors();
    float precision = (float) prior.precision();
    float scale = (float) klScale;
    float halfScale = 0.5f * scale;
    float[] mu = new float[TILE];
    float[] sigma2 = new float[TILE];
    float[] g1 = new float[TILE];
    float[] g2 = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(state.theta().parameter(), start, mu, n);
      copyIn(state.sigma2(), start, sigma2, n);
      copyIn(gMu, start, g1, n);
      copyIn(gSigma2, start, g2, n);
      for (int i = 0; i < n; i++) {
        g1[i] = Math.fma(scale * precision, mu[i], g1[i]);
        g2[i] = Math.fma(sigma2[i], g2[i], halfScale * Math.fma(sigma2[i], precision, -1f));
      }
      kernels.adam(state.theta(), g1, adam, start, 0, n);
      kernels.adam(state.logSigma2(), g2, adam, start, 0, n);
      kernels.refreshExp(state.logSigma2().parameter(), state.sigma2(), sigma2, start, n);
    }
  }

  /**
   * The KL of a range of Gaussian weights under a Gaussian prior in nats, in double; added in the
   * order of {@link Kernels#klSum}.
   */
  public static double klSum(
      GaussianKl prior, MemorySegment mu, MemorySegment logSigma2, long from, long to) {
    KernelArguments.requireFloats("mu", mu, from, to);
    KernelArguments.requireFloats("logSigma2", logSigma2, from, to);
    double total = 0;
    for (long block = from; block < to; block += Kernels.BLOCK) {
      long end = Math.min(block + Kernels.BLOCK, to);
      double sum = 0;
      for (long i = block; i < end; i++) {
        sum += prior.value(Kernels.at(mu, i), Kernels.at(logSigma2, i));
      }
      total += sum;
    }
    return total;
  }
}
