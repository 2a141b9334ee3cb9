package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The elementwise work on weights some of which are 0 for good, beside what {@link Kernels} has.
 * What is kept follows from the weights alone: a weight that is 0 stays 0. Plain loops, which the
 * JIT turns into vectors without changing a bit.
 */
public final class KeptWeights {

  private KeptWeights() {}

  /**
   * One Adam step of the weights that are kept; the others stay 0, though their moments move. A
   * weight that becomes 0 is kept no longer.
   *
   * @param weights θ, with its moments
   * @param gradient ∂NLL/∂θ
   * @param keep 1 where θ ≠ 0 before the step, else 0; as of after the step on return
   */
  public static void update(
      Kernels kernels,
      AdamState weights,
      MemorySegment gradient,
      MemorySegment keep,
      AdamStep step,
      long from,
      long to) {
    KernelArguments.requireFloats("keep", keep, from, to);
    kernels.adamUpdate(weights, gradient, step, from, to);
    float[] theta = new float[TILE];
    float[] kept = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(weights.parameter(), start, theta, n);
      copyIn(keep, start, kept, n);
      for (int i = 0; i < n; i++) {
        theta[i] = kept[i] == 0 ? 0 : theta[i];
        kept[i] = theta[i] == 0 ? 0 : 1;
      }
      copyOut(theta, weights.parameter(), start, n);
      copyOut(kept, keep, start, n);
    }
  }

  /**
   * Writes which weights are kept.
   *
   * @param theta the weights
   * @param keep becomes 1 where θ ≠ 0, else 0
   */
  public static void refresh(MemorySegment theta, MemorySegment keep, long from, long to) {
    KernelArguments.requireFloats("theta", theta, from, to);
    KernelArguments.requireFloats("keep", keep, from, to);
    float[] values = new float[TILE];
    for (long start = from; start < to; start += TILE) {
      int n = (int) Math.min(TILE, to - start);
      copyIn(theta, start, values, n);
      for (int i = 0; i < n; i++) {
        values[i] = values[i] == 0 ? 0 : 1;
      }
      copyOut(values, keep, start, n);
    }
  }

  private static void copyOut(float[] values, MemorySegment to, long start, int count) {
    MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT, start * Float.BYTES, count);
  }
}
