package dev.ockham.train.pass;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.posterior.LocalReparameterization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable VarianceProducts variance;
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
   * @param precision of the products of variances, where it pays
   */
  DenseStage(
      int number,
      boolean first,
      LayerSpec.Dense spec,
      NoiseUnits units,
      LayerMemory memory,
      int capacity,
      Precision precision,
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
    this.variance = memory.hasVariance() ? products(precision, capacity, arena) : null;
    this.byInput = Buffers.floats(arena, first ? 0 : (long) capacity * in);
    this.ones = Buffers.ones(arena, capacity);
  }

  private VarianceProducts products(Precision precision, int capacity, Arena arena) {
    return switch (precision) {
      case FLOAT32 -> new FloatVarianceProducts(in, out, memory, capacity, arena);
      case BFLOAT16 ->
          Bfloat16VarianceProducts.pays(in, out, capacity)
              ? new Bfloat16VarianceProducts(in, out, memory, capacity, kernels, arena)
              : new FloatVarianceProducts(in, out, memory, capacity, arena);
    };
  }

  @Override
  public MemorySegment forward(MemorySegment input, int[] examples, Noise noise) {
    this.input = input;
    int rows = examples.length;
    NoiseKey key = variance == null ? null : noise.ofWeights(number);
    memory.setNoisy(key != null);
    MatrixProduct.byTransposed(
        rows, out, in, new Matrix(input), memory.theta(), 0f, new Matrix(output));
    if (key == null || variance == null) {
      Activations.addRow(output, memory.bias(), rows, out);
      return output;
    }
    variance.forward(input, rows, factor);
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
    if (wanted) {
      MatrixProduct.product(rows, in, out, g, memory.theta(), 0f, new Matrix(byInput));
    }
    if (variance != null && memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * out);
      variance.backward(factor, input, rows, wanted ? byInput : null);
    }
    return wanted ? byInput : gradient;
  }

  @Override
  public void publish() {
    memory.publish();
  }

  @Override
  public void close() {
    if (variance != null) {
      variance.close();
    }
  }
}
