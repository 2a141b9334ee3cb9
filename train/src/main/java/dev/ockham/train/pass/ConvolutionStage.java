package dev.ockham.train.pass;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.core.kernel.Patches;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.posterior.LocalReparameterization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A convolution with local reparameterisation, one example at a time: its patches stay in the
 * second-level cache while mean and variance are multiplied with them, and are made again on the
 * way back. The formulas are those of {@link DenseStage}, with patches for inputs.
 */
final class ConvolutionStage implements Stage {

  private final int number;
  private final int outputs;
  private final NoiseUnits units;
  private final Patches patches;
  private final Kernels kernels;
  private final LayerMemory memory;
  private final MemorySegment output;
  private final MemorySegment factor;
  private final MemorySegment byInput;
  private final MemorySegment unfolded;
  private final MemorySegment squares;
  private final MemorySegment byPatches;
  private final MemorySegment biasRow;
  private final Matrix ones;
  private MemorySegment input = MemorySegment.NULL;

  /**
   * A stage.
   *
   * @param number of the layer among those with weights, from 0
   * @param in what it takes, for one example
   * @param units which pre-activations of the layer's noise are its own
   */
  ConvolutionStage(
      int number,
      LayerSpec.Conv2d spec,
      Shape in,
      NoiseUnits units,
      LayerMemory memory,
      int capacity,
      Kernels kernels,
      Arena arena) {
    this.number = number;
    this.outputs = spec.outputs();
    this.patches = new Patches(kernels, in.channels(), in.height(), in.width(), spec.kernel());
    this.units = units;
    this.kernels = kernels;
    this.memory = memory;
    long width = outputSize();
    long matrix = patches.size();
    long forVariance = memory.hasVariance() ? 1 : 0;
    this.output = Buffers.floats(arena, capacity * width);
    this.factor = Buffers.floats(arena, forVariance * capacity * width);
    this.byInput = Buffers.floats(arena, (long) capacity * patches.inputSize());
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
  public MemorySegment forward(MemorySegment input, int[] examples, Noise noise) {
    this.input = input;
    NoiseKey key = memory.hasVariance() ? noise.ofWeights(number) : null;
    memory.setNoisy(key != null);
    Matrix means = new Matrix(output);
    Matrix variances = new Matrix(factor);
    for (int i = 0; i < examples.length; i++) {
      long at = (long) i * outputSize();
      unfold(i);
      multiply(memory.theta(), unfolded, means.at(at));
      if (memory.noisy()) {
        multiply(memory.sigma2(), squares, variances.at(at));
      }
    }
    spreadBias();
    if (key == null) {
      Activations.addRow(output, biasRow, examples.length, outputSize());
    } else {
      Activations.sample(
          kernels,
          key,
          examples,
          units,
          biasRow,
          LocalReparameterization.LEAST_VARIANCE,
          output,
          factor);
    }
    return output;
  }

  private void unfold(int example) {
    patches.unfold(input, example, unfolded);
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
    MatrixProduct.product(
        outputs, patches.positions(), 1, new Matrix(memory.bias()), ones, 0f, new Matrix(biasRow));
  }

  @Override
  public MemorySegment backward(MemorySegment gradient, int rows, boolean wanted) {
    if (memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * outputSize());
    }
    Matrix byMeans = new Matrix(gradient);
    Matrix byVariances = new Matrix(factor);
    for (int i = 0; i < rows; i++) {
      long at = (long) i * outputSize();
      float keep = i == 0 ? 0f : 1f;
      Matrix g = byMeans.at(at);
      unfold(i);
      byWeights(g, unfolded, keep, memory.byTheta());
      MatrixProduct.rowSums(outputs, patches.positions(), g, ones, keep, memory.byBias());
      if (memory.noisy()) {
        byWeights(byVariances.at(at), squares, keep, memory.bySigma2());
      }
      if (wanted) {
        byInput(i, g, byVariances.at(at));
      }
    }
    return wanted ? byInput : gradient;
  }

  private void byWeights(Matrix g, MemorySegment matrix, float keep, Matrix result) {
    MatrixProduct.byTransposed(
        outputs, patches.rows(), patches.positions(), g, new Matrix(matrix), keep, result);
  }

  private void byInput(int example, Matrix byMeans, Matrix byVariances) {
    byMatrix(memory.theta(), byMeans, byPatches);
    patches.fold(byPatches, example, byInput);
    if (memory.noisy()) {
      byMatrix(memory.sigma2(), byVariances, byPatches);
      patches.addFoldedSquares(byPatches, input, example, byInput);
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
}
