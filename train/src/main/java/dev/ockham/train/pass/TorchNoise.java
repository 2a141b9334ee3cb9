package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.engine.TensorMemory;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Standard normal noise in memory that libtorch owns, until nothing reads it any more. */
final class TorchNoise {

  /** Stands for every example where all of them share a draw. */
  private static final int[] ALL_EXAMPLES = {-1};

  private TorchNoise() {}

  /**
   * A row for each example, the same as {@link Kernels#fillNormal} draws. To be called within a
   * scope.
   *
   * @param shape of a row; at least one number
   * @return {@code [examples, shape…]}
   */
  static Tensor perExample(Kernels kernels, NoiseKey key, int[] examples, long... shape) {
    int width = width(shape);
    Tensor noise = torch.empty(withRows(examples.length, shape));
    kernels.fillNormal(
        key, examples, width, TensorMemory.of(noise), 0, (long) examples.length * width);
    return noise;
  }

  /**
   * As {@link #perExample}, of units that are left.
   *
   * @param units numbers of a row's units among those of the original network, ascending; null
   *     where all are left
   */
  static Tensor ofUnits(
      Kernels kernels, NoiseKey key, int[] examples, int @Nullable [] units, long... shape) {
    if (units == null || units[units.length - 1] == units.length - 1) {
      return perExample(kernels, key, examples, shape);
    }
    if (units.length != width(shape)) {
      throw new IllegalArgumentException(
          "%s units are drawn for %s that are there".formatted(units.length, width(shape)));
    }
    int before = units[units.length - 1] + 1;
    Tensor all = perExample(kernels, key, examples, before);
    Tensor noise = torch.empty(withRows(examples.length, shape));
    Activations.selectColumns(
        TensorMemory.of(all), examples.length, before, units, TensorMemory.of(noise));
    return noise;
  }

  /**
   * One draw for all examples of a step, whichever thread works on them.
   *
   * @return {@code [shape…]}
   */
  static Tensor perBatch(Kernels kernels, NoiseKey key, long... shape) {
    Tensor noise = torch.empty(shape);
    int width = width(shape);
    kernels.fillNormal(key, ALL_EXAMPLES, width, TensorMemory.of(noise), 0, width);
    return noise;
  }

  private static int width(long... shape) {
    return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
  }

  private static long[] withRows(int rows, long... shape) {
    return LongStream.concat(LongStream.of(rows), LongStream.of(shape)).toArray();
  }
}
