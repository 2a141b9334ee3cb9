package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;
import static dev.ockham.core.kernel.Kernels.sumInOrder;

import dev.ockham.core.gate.HardConcreteGate;
import java.lang.foreign.MemorySegment;

/**
 * The expected number of weights that a hard concrete gate leaves, Σ P(z ≠ 0) with P = σ(log α − β
 * log(−γ/ζ)) (arXiv:1712.01312, eq. (12)), for a gate per weight. The twin of {@link
 * HardConcreteGate#kl} in float32.
 */
public final class HardConcretePenalty {

  private HardConcretePenalty() {}

  /**
   * Adds scale·∂P/∂log α = scale·P(1 − P).
   *
   * @param gradient of the mean negative log-likelihood by log α, changed
   * @param scale β/N
   */
  public static void addGradient(
      Kernels kernels,
      MemorySegment logAlpha,
      MemorySegment gradient,
      double scale,
      long from,
      long to) {
    KernelArguments.requireFloats("logAlpha", logAlpha, from, to);
    KernelArguments.requireFloats("gradient", gradient, from, to);
    float factor = (float) scale;
    float[] open = new float[TILE];
    float[] g = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      open(kernels, logAlpha, open, start, n);
      copyIn(gradient, start, g, n);
      for (int i = 0; i < n; i++) {
        g[i] = Math.fma(factor * open[i], 1 - open[i], g[i]);
      }
      copyOut(g, gradient, start, n);
    }
  }

  /** Σ P(z ≠ 0), float32 terms added in double, in the order of the range. */
  public static double sum(Kernels kernels, MemorySegment logAlpha, long from, long to) {
    KernelArguments.requireFloats("logAlpha", logAlpha, from, to);
    float[] open = new float[TILE];
    double total = 0;
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      open(kernels, logAlpha, open, start, n);
      total += sumInOrder(open, n);
    }
    return total;
  }

  /** P(z ≠ 0); the exponent is held where its exp stays in float range. */
  private static void open(
      Kernels kernels, MemorySegment logAlpha, float[] out, long start, int n) {
    copyIn(logAlpha, start, out, n);
    for (int i = 0; i < n; i++) {
      out[i] = Math.clamp((float) HardConcreteGate.SHIFT - out[i], -80f, 80f);
    }
    kernels.exp(out, n);
    for (int i = 0; i < n; i++) {
      out[i] = 1 / (1 + out[i]);
    }
  }
}
