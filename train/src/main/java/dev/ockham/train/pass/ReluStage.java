package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import java.lang.foreign.MemorySegment;

/** ReLU, in place. */
final class ReluStage implements Stage {

  private final int size;
  private MemorySegment output = MemorySegment.NULL;

  /**
   * A ReLU.
   *
   * @param size numbers per example
   */
  ReluStage(int size) {
    this.size = size;
  }

  @Override
  public MemorySegment forward(MemorySegment input, int[] examples, Noise noise) {
    Activations.rectify(input, (long) examples.length * size);
    output = input;
    return input;
  }

  @Override
  public MemorySegment backward(MemorySegment gradient, int rows, boolean wanted) {
    Activations.rectifyGradient(output, gradient, (long) rows * size);
    return gradient;
  }
}
