package dev.ockham.train.pass;

import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;

/**
 * Numbers that are learnt, and memory for a gradient by them.
 *
 * @param leaf the tensor that the optimiser reads the gradient of
 * @param memory its numbers
 * @param values its numbers as a matrix
 * @param gradient as large as it
 */
record Leaf(Tensor leaf, MemorySegment memory, Matrix values, NativeTensor gradient)
    implements AutoCloseable {

  static Leaf of(Tensor leaf, Arena arena) {
    try (TensorScope _ = new TensorScope()) {
      MemorySegment memory = TensorMemory.of(leaf);
      return new Leaf(
          leaf, memory, new Matrix(memory), NativeTensor.floats(arena, leaf.sizes().vec().get()));
    }
  }

  /** The gradient as a matrix. */
  Matrix byValue() {
    return new Matrix(gradient.segment());
  }

  /** Hands the gradient to the leaf. To be called within a scope. */
  void publish() {
    leaf.mutable_grad().put(gradient.tensor());
  }

  @Override
  public void close() {
    gradient.close();
  }
}
