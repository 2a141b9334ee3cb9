package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;

/**
 * What happens to activations between two matrix products, forward and backward, on float32 memory.
 * Plain loops over tiles beside those of {@link Kernels}, which the JIT turns into vectors without
 * changing a bit.
 */
public final class Activations {

  private Activations() {}

  /**
   * Samples pre-activations in place (arXiv:1506.02557, eq. (6)): b = γ + bias + √max(δ, least)·ζ,
   * with the ζ of {@link Kernels#fillNormal} drawn tile by tile where they are used.
   *
   * @param exampleIds the global id of each row's example
   * @param units the units of a row; memory is row-major {@code [rows, units]}
   * @param bias one per unit of a row
   * @param least floor of δ, greater than 0
   * @param mean γ; becomes b
   * @param variance δ; becomes ∂b/∂δ = ζ/(2√δ), and 0 where δ is not above the floor
   */
  public static void sample(
      Kernels kernels,
      NoiseKey key,
      int[] exampleIds,
      NoiseUnits units,
      MemorySegment bias,
      float least,
      MemorySegment mean,
      MemorySegment variance) {
    int width = units.width();
    long size = (long) exampleIds.length * width;
    KernelArguments.requireFloats("bias", bias, 0, width);
    KernelArguments.requireFloats("mean", mean, 0, size);
    KernelArguments.requireFloats("variance", variance, 0, size);
    Kernels.NormalTile tile = new Kernels.NormalTile();
    float[] b = new float[TILE];
    float[] gamma = new float[TILE];
    float[] delta = new float[TILE];
    float[] chosen = new float[TILE];
    for (int row = 0; row < exampleIds.length; row++) {
      for (int part = 0; part < units.tiles(); part++) {
        int unit = units.begin(part);
        int n = units.end(part) - unit;
        long at = (long) row * width + unit;
        float[] zeta = units.normals(part, kernels, key, exampleIds[row], tile, chosen);
        copyIn(bias, unit, b, n);
        copyIn(mean, at, gamma, n);
        copyIn(variance, at, delta, n);
        sampleTile(zeta, b, gamma, delta, least, n);
        copyOut(gamma, mean, at, n);
        copyOut(delta, variance, at, n);
      }
    }
  }

  private static void sampleTile(
      float[] zeta, float[] bias, float[] mean, float[] variance, float least, int n) {
    for (int i = 0; i < n; i++) {
      float delta = variance[i];
      float deviation = (float) Math.sqrt(Math.max(delta, least));
      mean[i] = Math.fma(deviation, zeta[i], mean[i] + bias[i]);
      float above = Math.signum(Math.max(delta - least, 0f));
      variance[i] = zeta[i] * 0.5f / deviation * above;
    }
  }

  /** Adds a row to each of the first rows: x[r, j] += row[j]. */
  public static void addRow(MemorySegment x, MemorySegment row, int rows, int width) {
    KernelArguments.requireFloats("row", row, 0, width);
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    float[] tile = new float[TILE];
    float[] add = new float[TILE];
    for (int r = 0; r < rows; r++) {
      for (int unit = 0; unit < width; unit += TILE) {
        int n = Math.min(TILE, width - unit);
        long at = (long) r * width + unit;
        copyIn(x, at, tile, n);
        copyIn(row, unit, add, n);
        for (int i = 0; i < n; i++) {
          tile[i] += add[i];
        }
        copyOut(tile, x, at, n);
      }
    }
  }

  /** x ← x + y. */
  public static void add(MemorySegment x, MemorySegment y, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    KernelArguments.requireFloats("y", y, 0, size);
    float[] a = new float[TILE];
    float[] b = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, a, n);
      copyIn(y, at, b, n);
      for (int i = 0; i < n; i++) {
        a[i] += b[i];
      }
      copyOut(a, x, at, n);
    }
  }

  /** ReLU in place: x ← max(x, 0) for the first {@code size} elements; NaN stays. */
  public static void rectify(MemorySegment x, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    float[] tile = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, tile, n);
      for (int i = 0; i < n; i++) {
        tile[i] = Math.max(tile[i], 0f);
      }
      copyOut(tile, x, at, n);
    }
  }

  /**
   * Takes a gradient back through a ReLU, in place: gradient ← 0 where the output is 0.
   *
   * @param output what {@link #rectify} gave
   */
  public static void rectifyGradient(MemorySegment output, MemorySegment gradient, long size) {
    KernelArguments.requireFloats("output", output, 0, size);
    KernelArguments.requireFloats("gradient", gradient, 0, size);
    float[] y = new float[TILE];
    float[] g = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(output, at, y, n);
      copyIn(gradient, at, g, n);
      for (int i = 0; i < n; i++) {
        g[i] *= Math.signum(y[i]);
      }
      copyOut(g, gradient, at, n);
    }
  }

  /** out ← x². */
  public static void square(MemorySegment x, MemorySegment out, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    KernelArguments.requireFloats("out", out, 0, size);
    float[] tile = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, tile, n);
      for (int i = 0; i < n; i++) {
        tile[i] *= tile[i];
      }
      copyOut(tile, out, at, n);
    }
  }

  /** x ← x·y. */
  public static void multiply(MemorySegment x, MemorySegment y, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    KernelArguments.requireFloats("y", y, 0, size);
    float[] a = new float[TILE];
    float[] b = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, a, n);
      copyIn(y, at, b, n);
      for (int i = 0; i < n; i++) {
        a[i] *= b[i];
      }
      copyOut(a, x, at, n);
    }
  }

  /** sum ← sum + 2·x·y: a gradient by x² brought back to x. */
  public static void addTwiceProduct(
      MemorySegment sum, MemorySegment x, MemorySegment y, long size) {
    KernelArguments.requireFloats("sum", sum, 0, size);
    KernelArguments.requireFloats("x", x, 0, size);
    KernelArguments.requireFloats("y", y, 0, size);
    float[] s = new float[TILE];
    float[] a = new float[TILE];
    float[] b = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(sum, at, s, n);
      copyIn(x, at, a, n);
      copyIn(y, at, b, n);
      for (int i = 0; i < n; i++) {
        s[i] = Math.fma(2f * a[i], b[i], s[i]);
      }
      copyOut(s, sum, at, n);
    }
  }

  /**
   * Takes columns out of a matrix: out[r, i] = x[r, columns[i]].
   *
   * @param width columns of x, row-major {@code [rows, width]}
   * @param columns each in [0, width)
   */
  public static void selectColumns(
      MemorySegment x, int rows, int width, int[] columns, MemorySegment out) {
    KernelArguments.requireFloats("x", x, 0, (long) rows * width);
    KernelArguments.requireFloats("out", out, 0, (long) rows * columns.length);
    float[] all = new float[width];
    float[] some = new float[columns.length];
    for (int row = 0; row < rows; row++) {
      copyIn(x, (long) row * width, all, width);
      for (int i = 0; i < columns.length; i++) {
        some[i] = all[columns[i]];
      }
      copyOut(some, out, (long) row * columns.length, columns.length);
    }
  }

  /** As the other, from an index on, with the beginning of an array for y. */
  static void addTwiceProduct(MemorySegment sum, MemorySegment x, long from, float[] y, int size) {
    float[] s = new float[TILE];
    float[] a = new float[TILE];
    for (int at = 0; at < size; at += TILE) {
      int n = Math.min(TILE, size - at);
      copyIn(sum, from + at, s, n);
      copyIn(x, from + at, a, n);
      for (int i = 0; i < n; i++) {
        s[i] = Math.fma(2f * a[i], y[at + i], s[i]);
      }
      copyOut(s, sum, from + at, n);
    }
  }
}
