package dev.ockham.train.pass;

import dev.ockham.train.engine.MatrixProduct.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory of a pass. */
final class Buffers {

  /** A cache line. */
  private static final long ALIGNMENT = 64;

  private Buffers() {}

  /** Zeros. */
  static MemorySegment floats(Arena arena, long size) {
    return arena.allocate(Math.max(1, size) * Float.BYTES, ALIGNMENT);
  }

  /** A vector of ones. */
  static Matrix ones(Arena arena, long size) {
    MemorySegment ones = floats(arena, size);
    for (long i = 0; i < size; i++) {
      ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1f);
    }
    return new Matrix(ones);
  }

  /** Copies the first floats of one memory to another, unless they are the same. */
  static void copy(MemorySegment from, MemorySegment to, long size) {
    if (from.address() != to.address()) {
      MemorySegment.copy(from, 0, to, 0, size * Float.BYTES);
    }
  }
}
