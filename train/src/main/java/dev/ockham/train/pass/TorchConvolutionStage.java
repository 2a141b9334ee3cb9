package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.engine.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/**
 * A convolution of any geometry with local reparameterisation, by libtorch's own kernels (oneDNN)
 * for all examples at once, without an autograd graph. With * the convolution, A the input, G the
 * gradient by the output and F = ∂b/∂δ: mean A*θ, variance A²*σ²; ∂θ and Gθ are those of A*θ at G,
 * ∂σ² and the gradient H by A² those of A²*σ² at G∘F, ∂A = Gθ + 2A∘H.
 */
final class TorchConvolutionStage implements Stage {

  private final Wiring wiring;
  private final NoiseUnits units;
  private final WeightMemory memory;
  private final Kernels kernels;
  private final NativeConvolution convolution;
  private final MemorySegment factor;
  private final MemorySegment squares;
  private final MemorySegment biasRow;

  /**
   * A stage.
   *
   * @param units which pre-activations of an example are drawn
   */
  TorchConvolutionStage(
      Wiring wiring,
      Convolution convolution,
      NoiseUnits units,
      WeightMemory memory,
      int capacity,
      Kernels kernels,
      Arena arena) {
    this.wiring = wiring;
    this.units = units;
    this.memory = memory;
    this.kernels = kernels;
    this.convolution =
        NativeConvolution.of(
            convolution, wiring.input().value().shape(), wiring.output().shape(), capacity);
    long forVariance = memory.hasVariance() ? capacity : 0;
    this.factor = Buffers.floats(arena, forVariance * wiring.output().size());
    this.squares = Buffers.floats(arena, forVariance * wiring.input().value().size());
    this.biasRow = Buffers.floats(arena, wiring.output().size());
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    NoiseKey key = memory.begin(share);
    int rows = share.rows();
    spreadBias();
    convolve(wiring.in(), memory.theta(), wiring.out(), rows);
    if (key == null) {
      if (memory.bias() != null) {
        Activations.addRow(wiring.out(), biasRow, rows, wiring.output().size());
      }
      return;
    }
    Activations.square(wiring.in(), squares, (long) rows * wiring.input().value().size());
    convolve(squares, memory.variance(), factor, rows);
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

  private void convolve(MemorySegment input, Leaf weights, MemorySegment output, int rows) {
    try (TensorScope _ = new TensorScope()) {
      Tensor result = convolution.apply(input(input, rows), weights.leaf().detach());
      var _ = output(output, rows).copy_(result);
    }
  }

  private Tensor input(MemorySegment memory, int rows) {
    return TensorView.of(memory, wiring.input().value().shape().withBatch(rows));
  }

  private Tensor output(MemorySegment memory, int rows) {
    return TensorView.of(memory, wiring.output().shape().withBatch(rows));
  }

  /** One bias per output and position. */
  private void spreadBias() {
    Leaf bias = memory.bias();
    if (bias == null) {
      return;
    }
    UnitLayout layout = UnitLayout.of(wiring.output().shape(), 0);
    float[] spread = layout.spread(bias.memory().toArray(ValueLayout.JAVA_FLOAT));
    MemorySegment.copy(spread, 0, biasRow, ValueLayout.JAVA_FLOAT, 0, spread.length);
  }

  @Override
  public void backward(int rows) {
    MemorySegment gradient = wiring.byOut();
    Reading input = wiring.input();
    if (memory.noisy()) {
      Activations.multiply(factor, gradient, (long) rows * wiring.output().size());
    }
    try (TensorScope _ = new TensorScope()) {
      NativeConvolution.Gradients by =
          gradients(gradient, wiring.in(), memory.theta(), memory.bias() != null, rows);
      var _ = memory.theta().gradient().tensor().copy_(by.byWeights());
      if (memory.bias() != null) {
        var _ = memory.bias().gradient().tensor().copy_(by.byBias());
      }
      if (input.wanted()) {
        var _ = input(input.target(), rows).copy_(by.byInput());
      }
    }
    if (memory.noisy()) {
      throughVariance(rows);
    }
    if (input.wanted()) {
      input.finish(rows);
    }
  }

  private void throughVariance(int rows) {
    Reading input = wiring.input();
    try (TensorScope _ = new TensorScope()) {
      NativeConvolution.Gradients by = gradients(factor, squares, memory.variance(), false, rows);
      var _ = memory.variance().gradient().tensor().copy_(by.byWeights());
      if (input.wanted()) {
        Activations.addTwiceProduct(
            input.target(),
            wiring.in(),
            TensorMemory.of(by.byInput().contiguous()),
            (long) rows * input.value().size());
      }
    }
  }

  private NativeConvolution.Gradients gradients(
      MemorySegment gradient, MemorySegment from, Leaf weights, boolean bias, int rows) {
    return convolution.gradients(
        output(gradient, rows),
        input(from, rows),
        weights.leaf().detach(),
        wiring.input().wanted(),
        bias);
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
