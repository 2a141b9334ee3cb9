package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Runs of float32 to one number each, and back. */
public final class RowReduction {

  private RowReduction() {}

  /**
   * out[i] = scale · Σ of the i-th run, added up in order in double.
   *
   * @param x {@code [runs, run]}
   * @param out {@code [runs]}
   */
  public static void sum(MemorySegment x, long runs, int run, float scale, MemorySegment out) {
    KernelArguments.requireFloats("x", x, 0, runs * run);
    KernelArguments.requireFloats("out", out, 0, runs);
    float[] row = new float[run];
    float[] result = new float[1];
    for (long i = 0; i < runs; i++) {
      copyIn(x, i * run, row, run);
      double sum = 0;
      for (float each : row) {
        sum += each;
      }
      result[0] = (float) (sum * scale);
      copyOut(result, out, i, 1);
    }
  }

  /** x[i, k] = scale · out[i] for each k of the i-th run. */
  public static void spread(MemorySegment out, long runs, int run, float scale, MemorySegment x) {
    KernelArguments.requireFloats("out", out, 0, runs);
    KernelArguments.requireFloats("x", x, 0, runs * run);
    float[] row = new float[run];
    float[] one = new float[1];
    for (long i = 0; i < runs; i++) {
      copyIn(out, i, one, 1);
      Arrays.fill(row, one[0] * scale);
      copyOut(row, x, i * run, run);
    }
  }
}
