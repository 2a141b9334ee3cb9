package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;
import static dev.ockham.core.kernel.Kernels.sumInOrder;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.MemorySegment;

/**
 * The elementwise work on weights N(θ, αθ²) and on the log α that they, or the inputs of a layer,
 * share. Plain loops beside those of {@link Kernels}, which the JIT turns into vectors without
 * changing a bit.
 */
public final class MultiplicativeNoise {

  private MultiplicativeNoise() {}

  /**
   * Turns the gradient by σ² = αθ² into those by θ and log α (arXiv:1506.02557, section 3.2), in
   * place: gTheta ← gTheta + 2αθ·gSigma2 and gSigma2 ← αθ²·gSigma2. Where θ is 0 the noise vanishes
   * and its part is 0.
   */
  public static void gradients(
      MemorySegment theta,
      MemorySegment sigma2,
      MemorySegment gTheta,
      MemorySegment gSigma2,
      long from,
      long to) {
    KernelArguments.requireFloats("theta", theta, from, to);
    KernelArguments.requireFloats("sigma2", sigma2, from, to);
    KernelArguments.requireFloats("gTheta", gTheta, from, to);
    KernelArguments.requireFloats("gSigma2", gSigma2, from, to);
    float[] t = new float[TILE];
    float[] v = new float[TILE];
    float[] g1 = new float[TILE];
    float[] g2 = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(theta, start, t, n);
      copyIn(sigma2, start, v, n);
      copyIn(gTheta, start, g1, n);
      copyIn(gSigma2, start, g2, n);
      for (int i = 0; i < n; i++) {
        float byLogAlpha = v[i] * g2[i];
        g1[i] += t[i] == 0 ? 0 : 2 * byLogAlpha / t[i];
        g2[i] = byLogAlpha;
      }
      copyOut(g1, gTheta, start, n);
      copyOut(g2, gSigma2, start, n);
    }
  }

  /**
   * Writes σ² = αθ² for weights that share α in rows of groups: weight i has the α of group i mod
   * {@code period} / {@code perGroup}. A tensor with one α has {@code perGroup = period}, one with
   * an α per weight a period of its length and {@code perGroup = 1}.
   */
  public static void variance(
      MemorySegment theta,
      MemorySegment alpha,
      long period,
      long perGroup,
      MemorySegment sigma2,
      long from,
      long to) {
    KernelArguments.requireFloats("theta", theta, from, to);
    KernelArguments.requireFloats("sigma2", sigma2, from, to);
    KernelArguments.requireFloats("alpha", alpha, 0, period / perGroup);
    for (long i = from; i < to; i++) {
      float t = Kernels.at(theta, i);
      sigma2.set(Kernels.F32, i * Float.BYTES, Kernels.at(alpha, i % period / perGroup) * (t * t));
    }
  }

  /**
   * One step of log α, given the gradient of the mean negative log-likelihood by log α: adds the
   * KL's, {@code klScale·count·dKL/dlogα}, then Adam, then the limit, then α = exp(log α).
   *
   * @param alpha exp(log α), written
   * @param count noise variables that share each log α, each with a KL of its own
   * @param maxLogAlpha where log α is held; +∞ for no limit
   */
  public static void update(
      Kernels kernels,
      AdamState logAlpha,
      MemorySegment gradient,
      MemorySegment alpha,
      KlTerm term,
      long count,
      double klScale,
      double maxLogAlpha,
      AdamStep step,
      long from,
      long to) {
    KernelArguments.requireAdam("logAlpha", logAlpha, from, to);
    KernelArguments.requireFloats("gradient", gradient, from, to);
    KernelArguments.requireFloats("alpha", alpha, from, to);
    AdamStep.Factors adam = step.factors();
    float scale = (float) (klScale * count);
    float limit = (float) maxLogAlpha;
    float[] slopes = new float[TILE];
    float[] work = new float[TILE];
    float[] g = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(gradient, start, g, n);
      halfSnrOf(kernels, logAlpha.parameter(), slopes, start, n);
      kernels.klSlope(term, slopes, n, work);
      for (int i = 0; i < n; i++) {
        g[i] = Math.fma(scale, slopes[i], g[i]);
      }
      kernels.adam(logAlpha, g, adam, start, 0, n);
      copyIn(logAlpha.parameter(), start, g, n);
      for (int i = 0; i < n; i++) {
        g[i] = Math.min(g[i], limit);
      }
      copyOut(g, logAlpha.parameter(), start, n);
      kernels.exp(g, n);
      copyOut(g, alpha, start, n);
    }
  }

  /**
   * The KL of a range of log α in nats, one of each; added in the order of {@link Kernels#klSum}.
   */
  public static double klSum(
      Kernels kernels, KlTerm term, MemorySegment logAlpha, long from, long to) {
    KernelArguments.requireFloats("logAlpha", logAlpha, from, to);
    float[] kl = new float[TILE];
    float[] work = new float[TILE];
    float[] more = new float[TILE];
    double total = 0;
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      halfSnrOf(kernels, logAlpha, kl, start, n);
      kernels.klValue(term, kl, n, work, more);
      total += sumInOrder(kl, n);
    }
    return total;
  }

  /** u = 1/(2α) from log α. */
  private static void halfSnrOf(
      Kernels kernels, MemorySegment logAlpha, float[] out, long start, int n) {
    copyIn(logAlpha, start, out, n);
    for (int i = 0; i < n; i++) {
      out[i] = -out[i];
    }
    kernels.exp(out, n);
    for (int i = 0; i < n; i++) {
      out[i] *= 0.5f;
    }
  }
}
