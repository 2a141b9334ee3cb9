package dev.ockham.train.engine;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Number formats that products of variances can be computed in; means are always float32. */
public enum Precision {
  /** 24 bits. */
  FLOAT32,
  /** 8 bits, with sums in float32. */
  BFLOAT16;

  /** Only a processor with instructions for it is that much faster; the rest converts. */
  private static final double PAYS = 2;

  private static final int SIZE = 512;
  private static final int REPEATS = 9;

  /**
   * The faster one on this machine, by a product of each kind: bfloat16 where it takes half the
   * time or less. Takes some milliseconds; {@link Libtorch#start} must have been called.
   */
  public static Precision fastest() {
    try (Arena arena = Arena.ofConfined();
        NativeTensor wide = NativeTensor.floats(arena, SIZE, SIZE);
        NativeTensor wideResult = NativeTensor.floats(arena, SIZE, SIZE);
        NativeTensor narrow = NativeTensor.bfloat16s(arena, SIZE, SIZE);
        NativeTensor narrowResult = NativeTensor.bfloat16s(arena, SIZE, SIZE)) {
      long[] floats = new long[REPEATS];
      long[] bfloats = new long[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        floats[i] = nanos(wide.tensor(), wideResult.tensor());
        bfloats[i] = nanos(narrow.tensor(), narrowResult.tensor());
      }
      return median(bfloats) * PAYS <= median(floats) ? BFLOAT16 : FLOAT32;
    }
  }

  private static long nanos(Tensor matrix, Tensor result) {
    try (TensorScope _ = new TensorScope()) {
      long began = System.nanoTime();
      torch.mm_out(result, matrix, matrix);
      return System.nanoTime() - began;
    }
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
