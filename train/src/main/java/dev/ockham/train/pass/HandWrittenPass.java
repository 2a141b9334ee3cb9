package dev.ockham.train.pass;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.CrossEntropy;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward pass of one thread without autograd: for networks of dense layers and
 * convolutions, whose weights are plain or Gaussian under local reparameterisation, with ReLU,
 * max-pooling and flatten between them. All memory is allocated once.
 */
public final class HandWrittenPass implements AutoCloseable {

  private final Kernels kernels;
  private final int classes;
  private final List<Stage> stages = new ArrayList<>();
  private final List<LayerMemory> memories = new ArrayList<>();
  private final MemorySegment byLogits;
  private int rows;

  /**
   * A pass over the leaves of a replica.
   *
   * @param live the network
   * @param weights per layer with weights
   * @param biases per layer with weights
   * @param capacity most examples at once
   * @param precision of the products of variances in dense layers
   * @param arena owns the buffers
   */
  public HandWrittenPass(
      LiveUnits live,
      List<WeightLeaves> weights,
      List<Tensor> biases,
      int capacity,
      Precision precision,
      Kernels kernels,
      Arena arena) {
    this.kernels = kernels;
    Shape shape = live.architecture().input();
    for (LayerSpec layer : live.architecture().layers()) {
      Shape next = layer.output(shape);
      int number = memories.size();
      switch (layer) {
        case LayerSpec.Dense dense ->
            stages.add(
                new DenseStage(
                    number,
                    number == 0,
                    dense,
                    NoiseUnits.of(live.preActivations(number)),
                    memory(weights, biases, arena),
                    capacity,
                    precision,
                    kernels,
                    arena));
        case LayerSpec.Conv2d conv ->
            stages.add(
                new ConvolutionStage(
                    number,
                    conv,
                    shape,
                    NoiseUnits.of(live.preActivations(number)),
                    memory(weights, biases, arena),
                    capacity,
                    kernels,
                    arena));
        case LayerSpec.MaxPool2d pool ->
            stages.add(new PoolingStage(pool.size(), shape, next, capacity, kernels, arena));
        case LayerSpec.Relu _ -> stages.add(new ReluStage(shape.size()));
        case LayerSpec.Flatten _ -> {} // The memory is flat already.
        case LayerSpec.BatchNorm norm ->
            throw new IllegalArgumentException(norm.name() + " has no backward pass of its own");
      }
      shape = next;
    }
    this.classes = shape.size();
    this.byLogits = Buffers.floats(arena, (long) capacity * classes);
  }

  private LayerMemory memory(List<WeightLeaves> weights, List<Tensor> biases, Arena arena) {
    int number = memories.size();
    LayerMemory memory = new LayerMemory(weights.get(number), biases.get(number), arena);
    memories.add(memory);
    return memory;
  }

  /** Whether there is such a pass. */
  public static boolean knows(Architecture architecture, List<WeightLeaves> weights) {
    return architecture.layers().stream().noneMatch(LayerSpec.BatchNorm.class::isInstance)
        && weights.stream().noneMatch(WeightLeaves.Gated.class::isInstance);
  }

  /**
   * Whether a network has dense layers whose products of variances are large enough for {@link
   * Precision#BFLOAT16}; the others stay with float32.
   *
   * @param rows examples at once
   */
  public static boolean hasLargeProducts(Architecture architecture, int rows) {
    return architecture.linearLayers().stream()
        .anyMatch(layer ->
            layer instanceof LayerSpec.Dense dense
                && Bfloat16VarianceProducts.pays(dense.inputs(), dense.outputs(), rows));
  }

  /**
   * The forward pass.
   *
   * @param input scaled inputs, float32, one row per example; may be changed
   * @param examples global ids of the examples
   * @param labels one class per example
   * @param batch examples of the whole step
   * @param noise key of the noise by number of the layer; null for the mean weights
   * @return Σ NLL of these examples, in nats
   */
  public double forward(
      MemorySegment input,
      int[] examples,
      int[] labels,
      int batch,
      @Nullable IntFunction<NoiseKey> noise) {
    Stage.Noise keys = number -> noise == null ? null : noise.apply(number);
    MemorySegment h = input;
    for (Stage stage : stages) {
      h = stage.forward(h, examples, keys);
    }
    rows = examples.length;
    return CrossEntropy.nll(kernels, h, labels, classes, 1.0f / batch, byLogits);
  }

  /**
   * Leaves the gradient of Σ NLL / batch of the last forward pass at the leaves; σ² only gets one
   * under noise.
   */
  public void backward() {
    MemorySegment gradient = byLogits;
    for (int i = stages.size() - 1; i >= 0; i--) {
      gradient = stages.get(i).backward(gradient, rows, i > firstWithWeights());
    }
    stages.forEach(Stage::publish);
  }

  /** Nothing before it has a gradient that anyone reads. */
  private int firstWithWeights() {
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i) instanceof DenseStage || stages.get(i) instanceof ConvolutionStage) {
        return i;
      }
    }
    return stages.size();
  }

  @Override
  public void close() {
    stages.forEach(Stage::close);
    memories.forEach(LayerMemory::close);
  }
}
