package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.require;
import static dev.ockham.core.kernel.Kernels.requireFloats;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Between float32 and bfloat16, its upper half: the same range, 8 bits of precision. Narrowing
 * rounds to nearest, ties to even, and may turn a NaN into an infinity. Plain loops over tiles of
 * integers, which the JIT turns into vectors.
 */
public final class Bfloat16 {

  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.nativeOrder());
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
  public static void narrow(MemorySegment x, long from, MemorySegment out, long size) {
    requireFloats("x", x, from, from + size);
    requireShorts("out", out, size);
    int[] bits = new int[TILE];
    short[] upper = new short[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      MemorySegment.copy(x, I32, (from + at) * Float.BYTES, bits, 0, n);
      round(bits, upper, n);
      MemorySegment.copy(upper, 0, out, I16, at * Short.BYTES, n);
    }
  }

  /** out ← x², rounded once. */
  public static void narrowSquares(MemorySegment x, MemorySegment out, long size) {
    requireFloats("x", x, 0, size);
    requireShorts("out", out, size);
    float[] tile = new float[TILE];
    MemorySegment floats = MemorySegment.ofArray(tile);
    int[] bits = new int[TILE];
    short[] upper = new short[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      copyIn(x, at, tile, n);
      for (int i = 0; i < n; i++) {
        tile[i] *= tile[i];
      }
      MemorySegment.copy(floats, I32, 0, bits, 0, n);
      round(bits, upper, n);
      MemorySegment.copy(upper, 0, out, I16, at * Short.BYTES, n);
    }
  }

  private static void round(int[] bits, short[] upper, int n) {
    for (int i = 0; i < n; i++) {
      int b = bits[i];
      upper[i] = (short) ((b + 0x7FFF + ((b >>> 16) & 1)) >>> 16);
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
  public static void widen(MemorySegment x, MemorySegment out, long from, long size) {
    requireShorts("x", x, size);
    requireFloats("out", out, from, from + size);
    short[] upper = new short[TILE];
    int[] bits = new int[TILE];
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      MemorySegment.copy(x, I16, at * Short.BYTES, upper, 0, n);
      for (int i = 0; i < n; i++) {
        bits[i] = upper[i] << 16;
      }
      MemorySegment.copy(bits, 0, out, I32, (from + at) * Float.BYTES, n);
    }
  }

  /** sum ← sum + 2·x·y, with y in bfloat16: a gradient by x² brought back to x. */
  public static void addTwiceProduct(
      MemorySegment sum, MemorySegment x, MemorySegment y, long size) {
    requireShorts("y", y, size);
    float[] wide = new float[TILE];
    MemorySegment of = MemorySegment.ofArray(wide);
    for (long at = 0; at < size; at += TILE) {
      int n = (int) Math.min(TILE, size - at);
      widen(y.asSlice(at * Short.BYTES), of, 0, n);
      Activations.addTwiceProduct(sum, x, at, wide, n);
    }
  }

  private static void requireShorts(String name, MemorySegment segment, long size) {
    require(
        segment.byteSize() / Short.BYTES >= size,
        name,
        segment.byteSize(),
        "at least " + size * Short.BYTES + " bytes");
  }
}
