package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Axes of examples' values as those of tensors, which have the batch before them. */
final class TorchAxes {

  private TorchAxes() {}

  /** A vector along one of a tensor's axes, with others of size 1. */
  static Tensor along(Tensor vector, int axis, long rank) {
    long[] shape = new long[Math.toIntExact(rank)];
    Arrays.fill(shape, 1);
    shape[axis] = -1;
    return vector.reshape(shape);
  }

  /** A vector along an axis of an example's value. */
  static Tensor along(Tensor vector, int axis, Shape shape) {
    return along(vector, axis + 1, shape.rank() + 1L);
  }

  /** An example's axes as a tensor's. */
  static long[] behindBatch(List<Integer> axes) {
    return axes.stream().mapToLong(axis -> axis + 1L).toArray();
  }

  /** Numbers as libtorch takes them. */
  static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
