package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Values of float32 times noise or factors, forward and backward. Plain loops over tiles, which the
 * JIT turns into vectors without changing a bit.
 */
public final class UnitGating {

  private UnitGating() {}

  /** out ← x·noise; out may be one of them. */
  public static void multiply(MemorySegment x, MemorySegment noise, MemorySegment out, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    KernelArguments.requireFloats("noise", noise, 0, size);
    KernelArguments.requireFloats("out", out, 0, size);
    float[] a = new float[TILE];
    float[] b = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, a, n);
      copyIn(noise, at, b, n);
      for (int i = 0; i < n; i++) {
        a[i] *= b[i];
      }
      copyOut(a, out, at, n);
    }
  }

  /**
   * out ← x·(1 + deviation·ζ); out may be x.
   *
   * @param x row-major {@code [rows, width]}
   * @param zeta as x
   * @param deviation one per place of a row
   */
  public static void gaussian(
      MemorySegment x, MemorySegment zeta, int rows, float[] deviation, MemorySegment out) {
    int width = deviation.length;
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("zeta", zeta, 0, (long) rows * width);
    KernelArguments.requireFloats("out", out, 0, (long) rows * width);
    float[] a = new float[TILE];
    float[] z = new float[TILE];
    float[] d = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(deviation, start, d, 0, n);
      for (int row = 0; row < rows; row++) {
        long at = (long) row * width + start;
        copyIn(x, at, a, n);
        copyIn(zeta, at, z, n);
        for (int i = 0; i < n; i++) {
          a[i] *= z[i] * d[i] + 1f;
        }
        copyOut(a, out, at, n);
      }
    }
  }

  /**
   * Gradient by the deviation: Σ gradient·x·ζ over the rows, by place.
   *
   * @param gradient by what {@link #gaussian} gave
   */
  public static float[] byDeviation(
      MemorySegment x, MemorySegment zeta, MemorySegment gradient, int rows, int width) {
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("zeta", zeta, 0, (long) rows * width);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) rows * width);
    float[] sums = new float[width];
    float[] a = new float[TILE];
    float[] z = new float[TILE];
    float[] g = new float[TILE];
    float[] sum = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      Arrays.fill(sum, 0);
      for (int row = 0; row < rows; row++) {
        long at = (long) row * width + start;
        copyIn(x, at, a, n);
        copyIn(zeta, at, z, n);
        copyIn(gradient, at, g, n);
        for (int i = 0; i < n; i++) {
          sum[i] += g[i] * a[i] * z[i];
        }
      }
      System.arraycopy(sum, 0, sums, start, n);
    }
    return sums;
  }

  /**
   * out ← x·z, with one z per example and unit; out may be x.
   *
   * @param x {@code [rows, outer, units, inner]}
   * @param z {@code [rows, units]}
   */
  public static void unitwise(
      MemorySegment x,
      MemorySegment z,
      int rows,
      int outer,
      int units,
      int inner,
      MemorySegment out) {
    int width = outer * units * inner;
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("z", z, 0, (long) rows * units);
    KernelArguments.requireFloats("out", out, 0, (long) rows * width);
    float[] line = new float[units * inner];
    float[] factors = new float[units];
    for (int row = 0; row < rows; row++) {
      copyIn(z, (long) row * units, factors, units);
      for (int o = 0; o < outer; o++) {
        long at = (long) row * width + (long) o * line.length;
        copyIn(x, at, line, line.length);
        scale(line, factors, inner);
        copyOut(line, out, at, line.length);
      }
    }
  }

  private static void scale(float[] line, float[] factors, int inner) {
    if (inner == 1) {
      for (int i = 0; i < line.length; i++) {
        line[i] *= factors[i];
      }
      return;
    }
    for (int unit = 0; unit < factors.length; unit++) {
      float factor = factors[unit];
      int end = (unit + 1) * inner;
      for (int i = unit * inner; i < end; i++) {
        line[i] *= factor;
      }
    }
  }

  /**
   * Gradient by z: Σ gradient·x over the places of a unit in one example, added up in double in
   * order.
   *
   * @param gradient by what {@link #unitwise} gave
   * @param byZ {@code [rows, units]}, overwritten
   */
  public static void byUnits(
      MemorySegment x,
      MemorySegment gradient,
      int rows,
      int outer,
      int units,
      int inner,
      MemorySegment byZ) {
    int width = outer * units * inner;
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) rows * width);
    KernelArguments.requireFloats("byZ", byZ, 0, (long) rows * units);
    float[] line = new float[units * inner];
    float[] g = new float[units * inner];
    float[] result = new float[units];
    for (int row = 0; row < rows; row++) {
      double[] sums = new double[units];
      for (int o = 0; o < outer; o++) {
        long at = (long) row * width + (long) o * line.length;
        copyIn(x, at, line, line.length);
        copyIn(gradient, at, g, line.length);
        for (int i = 0; i < line.length; i++) {
          line[i] *= g[i];
        }
        addRuns(line, inner, sums);
      }
      for (int unit = 0; unit < units; unit++) {
        result[unit] = (float) sums[unit];
      }
      copyOut(result, byZ, (long) row * units, units);
    }
  }

  private static void addRuns(float[] line, int inner, double[] sums) {
    for (int unit = 0; unit < sums.length; unit++) {
      double sum = 0;
      int end = (unit + 1) * inner;
      for (int i = unit * inner; i < end; i++) {
        sum += line[i];
      }
      sums[unit] += sum;
    }
  }
}
