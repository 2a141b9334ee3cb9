package dev.ockham.train.pass;

import dev.ockham.core.kernel.Bfloat16;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * In bfloat16, where the processor multiplies that several times as fast: factors and results are
 * rounded to 8 bits, sums are float32 (Intel AMX, TDPBF16PS). A variance of noise bears that; the
 * means never go through here. Works on blocks of outputs, so that no second copy of all variances
 * is kept.
 */
final class Bfloat16VarianceProducts implements VarianceProducts {

  private static final int BLOCK = 512;

  /** Products of fewer multiplications gained nothing: LeNet-300-100 has 24 million at most. */
  private static final long LEAST_SIZE = 64_000_000;

  private final int in;
  private final int out;
  private final int blockRows;
  private final WeightMemory memory;
  private final Kernels kernels;
  private final NativeTensor squares;
  private final NativeTensor gradients;
  private final NativeTensor weights;
  private final NativeTensor result;

  Bfloat16VarianceProducts(
      int in, int out, WeightMemory memory, int capacity, Kernels kernels, Arena arena) {
    this.kernels = kernels;
    this.in = in;
    this.out = out;
    this.memory = memory;
    this.blockRows = Math.min(BLOCK, out);
    this.squares = NativeTensor.bfloat16s(arena, capacity, in);
    this.gradients = NativeTensor.bfloat16s(arena, capacity, out);
    this.weights = NativeTensor.bfloat16s(arena, blockRows, in);
    this.result = NativeTensor.bfloat16s(arena, capacity, Math.max(blockRows, in));
  }

  /** Whether a layer is large enough. */
  static boolean pays(int in, int out, int rows) {
    return (long) in * out * rows >= LEAST_SIZE;
  }

  @Override
  public void forward(MemorySegment input, int rows, MemorySegment product) {
    Bfloat16.narrowSquares(kernels, input, squares.segment(), (long) rows * in);
    try (TensorScope _ = new TensorScope()) {
      Tensor a2 = squares.matrix(rows, in);
      for (int first = 0; first < out; first += blockRows) {
        int n = Math.min(blockRows, out - first);
        torch.mm_out(result.matrix(rows, n), a2, sigma2(first, n).t());
        Bfloat16.widenInto(kernels, result.segment(), rows, n, product, out, first);
      }
    }
  }

  private Tensor sigma2(int first, int n) {
    Bfloat16.narrow(
        kernels, memory.sigma2Values(), (long) first * in, weights.segment(), (long) n * in);
    return weights.matrix(n, in);
  }

  @Override
  public void backward(
      MemorySegment gradient, MemorySegment input, int rows, @Nullable MemorySegment byInput) {
    Bfloat16.narrow(kernels, gradient, 0, gradients.segment(), (long) rows * out);
    try (TensorScope _ = new TensorScope()) {
      Tensor h = gradients.matrix(rows, out);
      Tensor a2 = squares.matrix(rows, in);
      for (int first = 0; first < out; first += blockRows) {
        int n = Math.min(blockRows, out - first);
        Tensor part = h.narrow(1, first, n);
        torch.mm_out(weights.matrix(n, in), part.t(), a2);
        Bfloat16.widen(
            kernels, weights.segment(), memory.bySigma2Values(), (long) first * in, (long) n * in);
        if (byInput != null) {
          torch.mm_out(result.matrix(rows, in), part, sigma2(first, n));
          Bfloat16.addTwiceProduct(kernels, byInput, input, result.segment(), (long) rows * in);
        }
      }
    }
  }

  @Override
  public void close() {
    squares.close();
    gradients.close();
    weights.close();
    result.close();
  }
}
