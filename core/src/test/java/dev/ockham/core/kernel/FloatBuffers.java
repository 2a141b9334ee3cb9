package dev.ockham.core.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Float arrays in native memory, as kernels take them. */
final class FloatBuffers {

  private FloatBuffers() {}

  static MemorySegment of(Arena arena, float... values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  static MemorySegment zeros(Arena arena, int size) {
    return of(arena, new float[size]);
  }

  static float[] of(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Standard normal numbers. */
  static float[] normal(long seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
