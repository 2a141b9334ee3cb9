package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** In float32. */
final class FloatVarianceProducts implements VarianceProducts {

  private final int in;
  private final int out;
  private final WeightMemory memory;
  private final MemorySegment squares;

  FloatVarianceProducts(int in, int out, WeightMemory memory, int capacity, Arena arena) {
    this.in = in;
    this.out = out;
    this.memory = memory;
    this.squares = Buffers.floats(arena, (long) capacity * in);
  }

  @Override
  public void forward(MemorySegment input, int rows, MemorySegment result) {
    Activations.square(input, squares, (long) rows * in);
    MatrixProduct.byTransposed(
        rows, out, in, new Matrix(squares), memory.sigma2(), 0f, new Matrix(result));
  }

  @Override
  public void backward(
      MemorySegment gradient, MemorySegment input, int rows, @Nullable MemorySegment byInput) {
    Matrix h = new Matrix(gradient);
    MatrixProduct.transposedBy(out, in, rows, h, new Matrix(squares), 0f, memory.bySigma2());
    if (byInput != null) {
      // The squares have served.
      MatrixProduct.product(rows, in, out, h, memory.sigma2(), 0f, new Matrix(squares));
      Activations.addTwiceProduct(byInput, input, squares, (long) rows * in);
    }
  }

  @Override
  public void close() {
    // All memory is the arena's.
  }
}
