package dev.ockham.train.pass;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The products of a dense layer's variances with squared inputs A² and with the gradient H by their
 * result, in one precision or another; everything outside of them is float32.
 */
sealed interface VarianceProducts extends AutoCloseable
    permits FloatVarianceProducts, Bfloat16VarianceProducts {

  /**
   * result ← A²σ²ᵀ.
   *
   * @param input A, {@code [rows, in]}
   * @param result {@code [rows, out]}
   */
  void forward(MemorySegment input, int rows, MemorySegment result);

  /**
   * Leaves ∂σ² = HᵀA² of the last {@link #forward}, overwriting it.
   *
   * @param gradient H, {@code [rows, out]}
   * @param byInput what 2A∘(Hσ²) is added to, {@code [rows, in]}; null where nobody wants it
   */
  void backward(
      MemorySegment gradient, MemorySegment input, int rows, @Nullable MemorySegment byInput);

  @Override
  void close();
}
