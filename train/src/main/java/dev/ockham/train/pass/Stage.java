package dev.ockham.train.pass;

import dev.ockham.core.kernel.NoiseKey;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a {@link HandWrittenPass}. It owns what it gives, and may change what it gets in
 * place; it remembers both for the way back.
 */
sealed interface Stage extends AutoCloseable
    permits DenseStage, ConvolutionStage, PoolingStage, ReluStage {

  /** Noise of a layer of the given number (from 0); null where the mean weights are wanted. */
  @FunctionalInterface
  interface Noise {
    @Nullable NoiseKey ofWeights(int layer);
  }

  /**
   * The layer's output.
   *
   * @param input float32, one row per example
   * @param examples global ids of the examples
   */
  MemorySegment forward(MemorySegment input, int[] examples, Noise noise);

  /**
   * Leaves the gradients of parameters, overwriting them.
   *
   * @param gradient by the output of the last {@link #forward}; may be changed
   * @param rows examples of that call
   * @param wanted whether the gradient by the input is needed
   * @return the gradient by the input; {@code gradient} itself where it is not wanted
   */
  MemorySegment backward(MemorySegment gradient, int rows, boolean wanted);

  /** Hands the gradients of parameters to their leaves. */
  default void publish() {}

  @Override
  default void close() {}
}
