package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What batch normalisation does to rows of float32, forward and backward, place by place; whoever
 * calls adds up places to units. Plain loops over tiles, which the JIT turns into vectors without
 * changing a bit; sums go over the rows in order.
 */
public final class BatchNorm {

  private BatchNorm() {}

  /**
   * Sums over the rows, by place.
   *
   * @param byShift Σ g
   * @param byScale Σ g(x − m)
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record GradientSums(float[] byShift, float[] byScale) {}

  /**
   * Σ (x − from) over the rows, by place.
   *
   * @param x row-major {@code [rows, width]}
   * @param from one per place
   */
  public static float[] sums(MemorySegment x, int rows, float[] from, int width) {
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    float[] sums = new float[width];
    float[] tile = new float[TILE];
    float[] sum = new float[TILE];
    float[] m = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(from, start, m, 0, n);
      Arrays.fill(sum, 0);
      for (int row = 0; row < rows; row++) {
        copyIn(x, (long) row * width + start, tile, n);
        for (int i = 0; i < n; i++) {
          sum[i] += tile[i] - m[i];
        }
      }
      System.arraycopy(sum, 0, sums, start, n);
    }
    return sums;
  }

  /** Σ (x − mean)² over the rows, by place. */
  public static float[] squaredDistances(MemorySegment x, int rows, float[] mean, int width) {
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    float[] sums = new float[width];
    float[] tile = new float[TILE];
    float[] sum = new float[TILE];
    float[] m = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(mean, start, m, 0, n);
      Arrays.fill(sum, 0);
      for (int row = 0; row < rows; row++) {
        copyIn(x, (long) row * width + start, tile, n);
        for (int i = 0; i < n; i++) {
          float distance = tile[i] - m[i];
          sum[i] += distance * distance;
        }
      }
      System.arraycopy(sum, 0, sums, start, n);
    }
    return sums;
  }

  /** out ← (x − mean)·scale + shift, each one per place. */
  public static void rescale(
      MemorySegment x, int rows, float[] mean, float[] scale, float[] shift, MemorySegment out) {
    int width = mean.length;
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("out", out, 0, (long) rows * width);
    float[] tile = new float[TILE];
    float[] m = new float[TILE];
    float[] s = new float[TILE];
    float[] t = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(mean, start, m, 0, n);
      System.arraycopy(scale, start, s, 0, n);
      System.arraycopy(shift, start, t, 0, n);
      for (int row = 0; row < rows; row++) {
        long at = (long) row * width + start;
        copyIn(x, at, tile, n);
        for (int i = 0; i < n; i++) {
          tile[i] = (tile[i] - m[i]) * s[i] + t[i];
        }
        copyOut(tile, out, at, n);
      }
    }
  }

  /**
   * What the gradients by scale and shift are made of.
   *
   * @param gradient by the output
   */
  public static GradientSums gradientSums(
      MemorySegment x, MemorySegment gradient, int rows, float[] mean, int width) {
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) rows * width);
    GradientSums sums = new GradientSums(new float[width], new float[width]);
    float[] tile = new float[TILE];
    float[] g = new float[TILE];
    float[] m = new float[TILE];
    float[] plain = new float[TILE];
    float[] times = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(mean, start, m, 0, n);
      Arrays.fill(plain, 0);
      Arrays.fill(times, 0);
      for (int row = 0; row < rows; row++) {
        long at = (long) row * width + start;
        copyIn(x, at, tile, n);
        copyIn(gradient, at, g, n);
        for (int i = 0; i < n; i++) {
          plain[i] += g[i];
          times[i] += g[i] * (tile[i] - m[i]);
        }
      }
      System.arraycopy(plain, 0, sums.byShift, start, n);
      System.arraycopy(times, 0, sums.byScale, start, n);
    }
    return sums;
  }

  /**
   * out ← a·g + b·(x − mean) + c, with mean, a, b and c one per place.
   *
   * @param gradient g; may be {@code out}
   */
  public static void backward(
      MemorySegment x,
      MemorySegment gradient,
      int rows,
      float[] mean,
      float[] a,
      float[] b,
      float[] c,
      MemorySegment out) {
    int width = mean.length;
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) rows * width);
    KernelArguments.requireFloats("out", out, 0, (long) rows * width);
    float[] tile = new float[TILE];
    float[] g = new float[TILE];
    float[] m = new float[TILE];
    float[] by = new float[TILE];
    float[] of = new float[TILE];
    float[] add = new float[TILE];
    for (int start = 0; start < width; start += TILE) {
      int n = Math.min(TILE, width - start);
      System.arraycopy(mean, start, m, 0, n);
      System.arraycopy(a, start, by, 0, n);
      System.arraycopy(b, start, of, 0, n);
      System.arraycopy(c, start, add, 0, n);
      for (int row = 0; row < rows; row++) {
        long at = (long) row * width + start;
        copyIn(x, at, tile, n);
        copyIn(gradient, at, g, n);
        for (int i = 0; i < n; i++) {
          g[i] = by[i] * g[i] + (of[i] * (tile[i] - m[i]) + add[i]);
        }
        copyOut(g, out, at, n);
      }
    }
  }
}
