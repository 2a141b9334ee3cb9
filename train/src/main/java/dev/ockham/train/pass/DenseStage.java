package dev.ockham.train.pass;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.posterior.LocalReparameterization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A dense layer with local reparameterisation. With A the input, G the gradient by its output and F
 * = ∂b/∂δ: ∂θ = GᵀA, ∂σ² = (G∘F)ᵀA², ∂A = Gθ + 2A∘((G∘F)σ²).
 */
final class DenseStage implements Stage {

  private final int number;
  private final int in;
  private final int out;
  private final Kernels kernels;
  private final NoiseUnits units;
  private final LayerMemory memory;
  private final MemorySegment output;
  private final MemorySegment squares;
  private final MemorySegment factor;
  private final MemorySegment byInput;
  private final Matrix ones;
  private MemorySegment input = MemorySegment.NULL;

  /**
   * A stage.
   *
   * @param number of the layer among those with weights, from 0
   * @param first whether nobody wants the gradient by the input
   * @param units which units of the layer's noise are its own
   */
  DenseStage(
      int number,
      boolean first,
      LayerSpec.Dense spec,
      NoiseUnits units,
      LayerMemory memory,
      int capacity,
      Kernels kernels,
      Arena arena) {
    this.number = number;
    this.in = spec.inputs();
    this.out = spec.outputs();
    this.units = units;
    this.kernels = kernels;
    this.memory = memory;
    this.output = Buffers.floats(arena, (long) capacity * out);
    long forVariance = memory.hasVariance() ? capacity : 0;
    this.factor = Buffers.floats(arena, forVariance * out);
    this.squares = Buffers.floats(arena, forVariance * in);
    this.byInput = Buffers.floats(arena, first ? 0 : (long) capacity * in);
    this.ones = Buffers.ones(arena, capacity);
  }

  @Override
  public MemorySegment forward(MemorySegment input, int[] examples, Noise noise) {
    this.input = input;
    int rows = examples.length;
    NoiseKey key = memory.hasVariance() ? noise.ofWeights(number) : null;
    memory.setNoisy(key != null);
    MatrixProduct.byTransposed(
        rows, out, in, new Matrix(input), memory.theta(), 0f, new Matrix(output));
    if (key == null) {
      Activations.addRow(output, memory.bias(), rows, out);
      return output;
    }
    Activations.square(input, squares, (long) rows * in);
    MatrixProduct.byTransposed(
        rows, out, in, new Matrix(squares), memory.sigma2(), 0f, new Matrix(factor));
    Activations.sample(
        kernels,
        key,
        examples,
        units,
        memory.bias(),
        LocalReparameterization.LEAST_VARIANCE,
        output,
        factor);
    return output;
  }

  @Override
  public MemorySegment backward(MemorySegment gradient, int rows, boolean wanted) {
    Matrix g = new Matrix(gradient);
    MatrixProduct.transposedBy(out, in, rows, g, new Matrix(input), 0f, memory.byTheta());
    MatrixProduct.columnSums(rows, out, g, ones, memory.byBias());
    if (memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * out);
      MatrixProduct.transposedBy(
          out, in, rows, new Matrix(factor), new Matrix(squares), 0f, memory.bySigma2());
    }
    if (!wanted) {
      return gradient;
    }
    MatrixProduct.product(rows, in, out, g, memory.theta(), 0f, new Matrix(byInput));
    if (memory.noisy()) {
      // The squares have served.
      MatrixProduct.product(
          rows, in, out, new Matrix(factor), memory.sigma2(), 0f, new Matrix(squares));
      Activations.addTwiceProduct(byInput, input, squares, (long) rows * in);
    }
    return byInput;
  }

  @Override
  public void publish() {
    memory.publish();
  }
}
