package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Between float32 and bfloat16, its upper half: the same range, 8 bits of precision. Narrowing
 * rounds to nearest, ties to even; a NaN may become any value.
 */
public final class Bfloat16 {

  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.nativeOrder());

  private Bfloat16() {}

  /**
   * out ← x, rounded.
   *
   * @param x float32
   * @param from first element of x
   * @param out bfloat16, from its beginning
   * @param size elements
   */
  public static void narrow(
      Kernels kernels, MemorySegment x, long from, MemorySegment out, long size) {
    KernelArguments.requireFloats("x", x, from, from + size);
    requireShorts("out", out, size);
    float[] tile = new float[TILE];
    short[] upper = new short[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, from + at, tile, n);
      kernels.narrow(tile, upper, n);
      MemorySegment.copy(upper, 0, out, I16, at * Short.BYTES, n);
    }
  }

  /** out ← x², rounded once. */
  public static void narrowSquares(Kernels kernels, MemorySegment x, MemorySegment out, long size) {
    KernelArguments.requireFloats("x", x, 0, size);
    requireShorts("out", out, size);
    float[] tile = new float[TILE];
    short[] upper = new short[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, tile, n);
      for (int i = 0; i < n; i++) {
        tile[i] *= tile[i];
      }
      kernels.narrow(tile, upper, n);
      MemorySegment.copy(upper, 0, out, I16, at * Short.BYTES, n);
    }
  }

  /**
   * out ← x, which float32 holds exactly.
   *
   * @param x bfloat16, from its beginning
   * @param out float32
   * @param from first element of out
   * @param size elements
   */
  public static void widen(
      Kernels kernels, MemorySegment x, MemorySegment out, long from, long size) {
    requireShorts("x", x, size);
    KernelArguments.requireFloats("out", out, from, from + size);
    short[] upper = new short[TILE];
    float[] tile = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      MemorySegment.copy(x, I16, at * Short.BYTES, upper, 0, n);
      kernels.widen(upper, tile, n);
      copyOut(tile, out, from + at, n);
    }
  }

  /**
   * Widens a matrix into some columns of another; else as {@link #widen}.
   *
   * @param x bfloat16 {@code [rows, columns]}
   * @param out float32 {@code [rows, width]}
   * @param first the column of out that takes the first of x
   */
  public static void widenInto(
      Kernels kernels,
      MemorySegment x,
      int rows,
      int columns,
      MemorySegment out,
      int width,
      int first) {
    if (columns == width) {
      widen(kernels, x, out, 0, (long) rows * columns);
      return;
    }
    requireShorts("x", x, (long) rows * columns);
    KernelArguments.requireFloats("out", out, 0, (long) rows * width);
    short[] upper = new short[TILE];
    float[] tile = new float[TILE];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column += TILE) {
        int n = Math.min(TILE, columns - column);
        MemorySegment.copy(x, I16, ((long) row * columns + column) * Short.BYTES, upper, 0, n);
        kernels.widen(upper, tile, n);
        copyOut(tile, out, (long) row * width + first + column, n);
      }
    }
  }

  /** sum ← sum + 2·x·y, with y in bfloat16: a gradient by x² brought back to x. */
  public static void addTwiceProduct(
      Kernels kernels, MemorySegment sum, MemorySegment x, MemorySegment y, long size) {
    requireShorts("y", y, size);
    short[] upper = new short[TILE];
    float[] tile = new float[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      MemorySegment.copy(y, I16, at * Short.BYTES, upper, 0, n);
      kernels.widen(upper, tile, n);
      Activations.addTwiceProduct(sum, x, at, tile, n);
    }
  }

  private static void requireShorts(String name, MemorySegment segment, long size) {
    KernelArguments.require(
        segment.byteSize() / Short.BYTES >= size,
        name,
        segment.byteSize(),
        "at least " + size * Short.BYTES + " bytes");
  }
}
