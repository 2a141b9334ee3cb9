package dev.ockham.train.engine;

import dev.ockham.core.spec.TrainingSpec.VarianceProducts;
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

  /**
   * Matrix units (Intel AMX) are four to five times as fast, vector instructions at most twice. Far
   * from both, so that a machine gives one answer.
   */
  private static final double PAYS = 3;

  private static final int SIZE = 512;
  private static final int REPEATS = 9;

  /** What a setting asks for, by {@link #fastest} where it leaves that open. */
  public static Precision of(VarianceProducts asked) {
    return switch (asked) {
      case FLOAT32 -> FLOAT32;
      case BFLOAT16 -> BFLOAT16;
      case AUTO -> fastest();
    };
  }

  /** The setting that asks for this one. */
  public VarianceProducts setting() {
    return switch (this) {
      case FLOAT32 -> VarianceProducts.FLOAT32;
      case BFLOAT16 -> VarianceProducts.BFLOAT16;
    };
  }

  /**
   * The faster one on this machine, by a product of each kind: bfloat16 where it takes a third of
   * the time or less. Takes some milliseconds; {@link Libtorch#start} must have been called.
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
