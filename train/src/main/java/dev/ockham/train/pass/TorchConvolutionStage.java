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
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

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
  private final ConvolutionGeometry geometry;
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
    this.geometry = ConvolutionGeometry.of(convolution);
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
      Tensor result =
          torch.convolution(
              geometry.padded(input(input, rows)),
              weights.leaf().detach(),
              new TensorOptional(),
              geometry.stride(),
              geometry.padding(),
              geometry.dilation(),
              false,
              geometry.none(),
              geometry.groups());
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
      T_TensorTensorTensor_T by =
          gradients(gradient, wiring.in(), memory.theta(), memory.bias() != null, rows);
      var _ = memory.theta().gradient().tensor().copy_(by.get1());
      if (memory.bias() != null) {
        var _ = memory.bias().gradient().tensor().copy_(by.get2());
      }
      if (input.wanted()) {
        var _ = input(input.target(), rows).copy_(geometry.unpadded(by.get0()));
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
      T_TensorTensorTensor_T by = gradients(factor, squares, memory.variance(), false, rows);
      var _ = memory.variance().gradient().tensor().copy_(by.get1());
      if (input.wanted()) {
        Activations.addTwiceProduct(
            input.target(),
            wiring.in(),
            TensorMemory.of(geometry.unpadded(by.get0()).contiguous()),
            (long) rows * input.value().size());
      }
    }
  }

  /** By input, weights and bias. */
  private T_TensorTensorTensor_T gradients(
      MemorySegment gradient, MemorySegment from, Leaf weights, boolean bias, int rows) {
    try (BoolPointer wanted = new BoolPointer(3)) {
      wanted.put(0, wiring.input().wanted());
      wanted.put(1, true);
      wanted.put(2, bias);
      return torch.convolution_backward(
          output(gradient, rows),
          geometry.padded(input(from, rows)),
          weights.leaf().detach(),
          new long[] {wiring.output().shape().dim(0)},
          geometry.stride(),
          geometry.padding(),
          geometry.dilation(),
          false,
          geometry.none(),
          geometry.groups(),
          wanted);
    }
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
