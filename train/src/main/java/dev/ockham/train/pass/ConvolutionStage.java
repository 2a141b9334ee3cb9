package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.core.kernel.Patches;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An unpadded convolution of stride 1 with local reparameterisation, one example at a time: its
 * patches stay in the second-level cache while mean and variance are multiplied with them, and are
 * made again on the way back. The formulas are those of {@link DenseStage}, with patches for
 * inputs.
 */
final class ConvolutionStage implements Stage {

  private final Wiring wiring;
  private final int outputs;
  private final NoiseUnits units;
  private final Patches patches;
  private final Kernels kernels;
  private final WeightMemory memory;
  private final MemorySegment factor;
  private final MemorySegment unfolded;
  private final MemorySegment squares;
  private final MemorySegment byPatches;
  private final MemorySegment biasRow;
  private final Matrix ones;

  /**
   * A stage.
   *
   * @param kernel side of the window
   * @param units which pre-activations of an example are drawn
   */
  ConvolutionStage(
      Wiring wiring,
      int kernel,
      NoiseUnits units,
      WeightMemory memory,
      int capacity,
      Kernels kernels,
      Arena arena) {
    this.wiring = wiring;
    this.outputs = wiring.output().shape().dim(0);
    Shape in = wiring.input().value().shape();
    this.patches = new Patches(kernels, in.dim(0), in.dim(1), in.dim(2), kernel);
    this.units = units;
    this.kernels = kernels;
    this.memory = memory;
    long width = outputSize();
    long matrix = patches.size();
    long forVariance = memory.hasVariance() ? 1 : 0;
    this.factor = Buffers.floats(arena, forVariance * capacity * width);
    this.unfolded = Buffers.floats(arena, matrix);
    this.squares = Buffers.floats(arena, forVariance * matrix);
    this.byPatches = Buffers.floats(arena, matrix);
    this.biasRow = Buffers.floats(arena, width);
    this.ones = Buffers.ones(arena, patches.positions());
  }

  private int outputSize() {
    return outputs * patches.positions();
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    NoiseKey key = memory.begin(share);
    Matrix means = new Matrix(wiring.out());
    Matrix variances = new Matrix(factor);
    for (int i = 0; i < share.rows(); i++) {
      long at = (long) i * outputSize();
      unfold(i);
      multiply(memory.theta().values(), unfolded, means.at(at));
      if (memory.noisy()) {
        multiply(memory.sigma2(), squares, variances.at(at));
      }
    }
    spreadBias();
    if (key == null) {
      if (memory.bias() != null) {
        Activations.addRow(wiring.out(), biasRow, share.rows(), outputSize());
      }
    } else {
      Activations.sample(
          kernels,
          key,
          share.examples(),
          units,
          biasRow,
          TorchLinearMap.LEAST_VARIANCE,
          wiring.out(),
          factor);
    }
  }

  private void unfold(int example) {
    patches.unfold(wiring.in(), example, unfolded);
    if (memory.noisy()) {
      patches.unfoldSquares(squares);
    }
  }

  private void multiply(Matrix weights, MemorySegment matrix, Matrix result) {
    MatrixProduct.product(
        outputs, patches.positions(), patches.rows(), weights, new Matrix(matrix), 0f, result);
  }

  /** One bias per output and position. */
  private void spreadBias() {
    if (memory.bias() != null) {
      MatrixProduct.product(
          outputs, patches.positions(), 1, memory.bias().values(), ones, 0f, new Matrix(biasRow));
    }
  }

  @Override
  public void backward(int rows) {
    MemorySegment gradient = wiring.byOut();
    if (memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * outputSize());
    }
    Matrix byMeans = new Matrix(gradient);
    Matrix byVariances = new Matrix(factor);
    Reading input = wiring.input();
    for (int i = 0; i < rows; i++) {
      long at = (long) i * outputSize();
      float keep = i == 0 ? 0f : 1f;
      Matrix g = byMeans.at(at);
      unfold(i);
      byWeights(g, unfolded, keep, memory.byTheta());
      if (memory.bias() != null) {
        MatrixProduct.rowSums(outputs, patches.positions(), g, ones, keep, memory.bias().byValue());
      }
      if (memory.noisy()) {
        byWeights(byVariances.at(at), squares, keep, memory.bySigma2());
      }
      if (input.wanted()) {
        byInput(i, g, byVariances.at(at), input.target());
      }
    }
    if (input.wanted()) {
      input.finish(rows);
    }
  }

  private void byWeights(Matrix g, MemorySegment matrix, float keep, Matrix result) {
    MatrixProduct.byTransposed(
        outputs, patches.rows(), patches.positions(), g, new Matrix(matrix), keep, result);
  }

  private void byInput(int example, Matrix byMeans, Matrix byVariances, MemorySegment target) {
    byMatrix(memory.theta().values(), byMeans, byPatches);
    patches.fold(byPatches, example, target);
    if (memory.noisy()) {
      byMatrix(memory.sigma2(), byVariances, byPatches);
      patches.addFoldedSquares(byPatches, wiring.in(), example, target);
    }
  }

  private void byMatrix(Matrix weights, Matrix g, MemorySegment result) {
    MatrixProduct.transposedBy(
        patches.rows(), patches.positions(), outputs, weights, g, 0f, new Matrix(result));
  }

  @Override
  public void publish() {
    memory.publish();
  }

  @Override
  public void close() {
    memory.close();
  }
}
