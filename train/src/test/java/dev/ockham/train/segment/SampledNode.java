package dev.ockham.train.segment;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A graph of one node as an autograd segment, with leaves over numbers of a test. */
final class SampledNode implements AutoCloseable {
  final Graph graph;
  final Node node;
  private final Arena arena = Arena.ofConfined();
  private final int rows;
  private final Map<String, WeightLeaves> weights = new LinkedHashMap<>();
  private final Map<String, Tensor> numbers = new LinkedHashMap<>();
  private final List<NativeTensor> tensors = new ArrayList<>();
  private final List<PassValue> inputs = new ArrayList<>();
  private final PassValue output;
  private final AutogradSegment segment;

  /** Makes leaves of numbers, by name; second numbers are σ² or log α of weights. */
  SampledNode(
      Graph graph,
      Map<String, float[]> first,
      Map<String, float[]> second,
      boolean gated,
      Estimator estimator,
      int rows) {
    this.graph = graph;
    this.node = Objects.requireNonNull(graph.node(OperatorSamples.NODE));
    this.rows = rows;
    for (Parameter parameter : graph.parameters()) {
      String name = parameter.name();
      Tensor leaf = leaf(parameter.shape(), needed(first, name));
      float[] noise = second.get(name);
      if (!parameter.role().prunable()) {
        numbers.put(name, leaf);
      } else if (noise == null) {
        weights.put(name, new WeightLeaves.Point(leaf));
      } else {
        Tensor other = leaf(parameter.shape(), noise);
        weights.put(
            name,
            gated ? new WeightLeaves.Gated(leaf, other) : new WeightLeaves.Gaussian(leaf, other));
      }
    }
    PassLeaves leaves = new PassLeaves(weights, numbers, estimator);
    List<Reading> reads = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(value(input));
      reads.add(new Reading(inputs.getLast()));
    }
    output = value(node.name());
    Kernels kernels = Kernels.create();
    segment =
        new AutogradSegment(
            new Wiring(reads, output),
            TorchOperators.function(graph, node, leaves, kernels),
            new TorchParameters(graph, node, leaves, kernels).trained());
  }

  /** What a map has by a name that it must have. */
  static <T> T needed(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private Tensor leaf(Shape shape, float[] values) {
    NativeTensor tensor = NativeTensor.floats(arena, shape.toLongs());
    tensor.set(values);
    tensors.add(tensor);
    return tensor.newLeaf();
  }

  private PassValue value(String name) {
    Shape shape = graph.shape(name);
    long size = (long) rows * shape.size();
    PassValue value =
        new PassValue(name, shape, graph.unitAxis(name), true, Buffers.floats(arena, size));
    value.setGradient(Buffers.floats(arena, size));
    return value;
  }

  /** What the node gives. */
  float[] forward(
      Map<String, float[]> values, @Nullable NoiseSource noise, Norms norms, boolean trains) {
    for (PassValue input : inputs) {
      float[] given = needed(values, input.name());
      MemorySegment.copy(given, 0, input.values(), ValueLayout.JAVA_FLOAT, 0, given.length);
    }
    int[] examples = IntStream.range(100, 100 + rows).toArray();
    segment.forward(new Share(examples, noise, norms, trains));
    return floats(output.values(), output.size());
  }

  private float[] floats(MemorySegment memory, int size) {
    return memory.asSlice(0, (long) rows * size * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Gradients of the inputs and parameters, by name; of second numbers by name and {@code '}. */
  Map<String, float[]> backward(float[] byOutput) {
    MemorySegment.copy(byOutput, 0, output.gradient(), ValueLayout.JAVA_FLOAT, 0, byOutput.length);
    segment.backward(rows);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (PassValue input : inputs) {
      gradients.put(input.name(), floats(input.gradient(), input.size()));
    }
    numbers.forEach((name, leaf) -> {
      if (graph.parameter(name).role().trained()) {
        gradients.put(name, gradient(leaf));
      }
    });
    weights.forEach((name, leaves) -> {
      gradients.put(name, gradient(leaves.theta()));
      switch (leaves) {
        case WeightLeaves.Point _ -> {}
        case WeightLeaves.Gaussian(Tensor _, Tensor sigma2) ->
            gradients.put(name + "'", gradient(sigma2));
        case WeightLeaves.Gated(Tensor _, Tensor logAlpha) ->
            gradients.put(name + "'", gradient(logAlpha));
      }
    });
    return gradients;
  }

  private static float[] gradient(Tensor leaf) {
    try (TensorScope _ = new TensorScope()) {
      return TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  @Override
  public void close() {
    segment.close();
    weights.values().forEach(WeightLeaves::close);
    numbers.values().forEach(Tensor::close);
    tensors.forEach(NativeTensor::close);
    arena.close();
  }
}
