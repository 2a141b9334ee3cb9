package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MaxPooling;
import dev.ockham.runtime.model.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Max-pooling. */
final class PoolingStage implements Stage {

  private final Kernels kernels;
  private final MaxPooling pooling;
  private final int channels;
  private final MemorySegment output;
  private final MemorySegment byInput;
  private MemorySegment input = MemorySegment.NULL;

  PoolingStage(int window, Shape in, Shape out, int capacity, Kernels kernels, Arena arena) {
    this.kernels = kernels;
    this.pooling = new MaxPooling(window, in.height(), in.width());
    this.channels = in.channels();
    this.output = Buffers.floats(arena, (long) capacity * out.size());
    this.byInput = Buffers.floats(arena, (long) capacity * in.size());
  }

  @Override
  public MemorySegment forward(MemorySegment input, int[] examples, Noise noise) {
    this.input = input;
    pooling.forward(kernels, input, output, examples.length * channels);
    return output;
  }

  @Override
  public MemorySegment backward(MemorySegment gradient, int rows, boolean wanted) {
    if (!wanted) {
      return gradient;
    }
    pooling.backward(kernels, input, output, gradient, byInput, rows * channels);
    return byInput;
  }
}
