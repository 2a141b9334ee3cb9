package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer with local reparameterisation, at every position of a value. With A the input, G
 * the gradient by its output and F = ∂b/∂δ: ∂θ = GᵀA, ∂σ² = (G∘F)ᵀA², ∂A = Gθ + 2A∘((G∘F)σ²). The
 * noise of each position is its own.
 */
final class DenseStage implements Stage {

  private final Wiring wiring;
  private final int in;
  private final int out;
  private final int positions;
  private final Kernels kernels;
  private final NoiseUnits units;
  private final WeightMemory memory;
  private final @Nullable VarianceProducts variance;
  private final MemorySegment factor;
  private final MemorySegment biasRow;
  private final Matrix ones;

  /**
   * A stage.
   *
   * @param units which pre-activations of an example are drawn
   * @param capacity most examples at once
   * @param precision of the products of variances, where it pays
   */
  DenseStage(
      Wiring wiring,
      NoiseUnits units,
      WeightMemory memory,
      int capacity,
      Precision precision,
      Kernels kernels,
      Arena arena) {
    this.wiring = wiring;
    this.out = lastOf(wiring.output());
    this.in = lastOf(wiring.input().value());
    this.positions = wiring.output().size() / out;
    this.units = units;
    this.kernels = kernels;
    this.memory = memory;
    int rows = Math.multiplyExact(capacity, positions);
    this.factor = Buffers.floats(arena, memory.hasVariance() ? (long) rows * out : 0);
    this.variance = memory.hasVariance() ? products(precision, rows, arena) : null;
    this.ones = Buffers.ones(arena, rows);
    this.biasRow =
        positions == 1 && memory.bias() != null
            ? memory.bias().memory()
            : Buffers.floats(arena, (long) positions * out);
  }

  private static int lastOf(PassValue value) {
    return value.shape().dim(value.shape().rank() - 1);
  }

  private VarianceProducts products(Precision precision, int rows, Arena arena) {
    return switch (precision) {
      case FLOAT32 -> new FloatVarianceProducts(in, out, memory, rows, arena);
      case BFLOAT16 ->
          Bfloat16VarianceProducts.pays(in, out, rows)
              ? new Bfloat16VarianceProducts(in, out, memory, rows, kernels, arena)
              : new FloatVarianceProducts(in, out, memory, rows, arena);
    };
  }

  /** Whether the products of its variances are in bfloat16. */
  boolean narrows() {
    return variance instanceof Bfloat16VarianceProducts;
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    int rows = share.rows() * positions;
    NoiseKey key = memory.begin(share);
    Matrix means = new Matrix(wiring.out());
    MatrixProduct.byTransposed(
        rows, out, in, new Matrix(wiring.in()), memory.theta().values(), 0f, means);
    if (key == null || variance == null) {
      if (memory.bias() != null) {
        Activations.addRow(wiring.out(), memory.bias().memory(), rows, out);
      }
      return;
    }
    spreadBias();
    variance.forward(wiring.in(), rows, factor);
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

  /** The same biases at every position. */
  private void spreadBias() {
    Leaf bias = memory.bias();
    if (bias == null || positions == 1) {
      return;
    }
    long bytes = (long) out * Float.BYTES;
    for (int position = 0; position < positions; position++) {
      MemorySegment.copy(bias.memory(), 0, biasRow, position * bytes, bytes);
    }
  }

  @Override
  public void backward(int examples) {
    int rows = examples * positions;
    Reading input = wiring.input();
    MemorySegment gradient = wiring.byOut();
    Matrix g = new Matrix(gradient);
    MatrixProduct.transposedBy(out, in, rows, g, new Matrix(wiring.in()), 0f, memory.byTheta());
    if (memory.bias() != null) {
      MatrixProduct.columnSums(rows, out, g, ones, memory.bias().byValue());
    }
    MemorySegment byInput = input.wanted() ? input.target() : null;
    if (byInput != null) {
      MatrixProduct.product(rows, in, out, g, memory.theta().values(), 0f, new Matrix(byInput));
    }
    if (variance != null && memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * out);
      variance.backward(factor, wiring.in(), rows, byInput);
    }
    if (byInput != null) {
      input.finish(examples);
    }
  }

  @Override
  public void publish() {
    memory.publish();
  }

  @Override
  public void close() {
    memory.close();
    if (variance != null) {
      variance.close();
    }
  }
}
