package dev.ockham.train.pass;

import static dev.ockham.train.pass.SampledNode.needed;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
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
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** A whole graph as a pass, with leaves over numbers of a test. */
final class SampledGraph implements AutoCloseable {
  private final Graph graph;
  private final int rows;
  private final Arena arena = Arena.ofConfined();
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();
  private final List<NativeTensor> tensors = new ArrayList<>();
  private final GraphPass pass;

  /**
   * Makes a pass.
   *
   * @param numbers of each parameter, by name
   * @param byHand whether stages without autograd are used where there are any
   */
  SampledGraph(Graph graph, Map<String, float[]> numbers, boolean byHand, int rows) {
    this.graph = graph;
    this.rows = rows;
    Map<String, WeightLeaves> weights = new LinkedHashMap<>();
    Map<String, Tensor> others = new LinkedHashMap<>();
    for (Parameter each : graph.parameters()) {
      NativeTensor values = NativeTensor.floats(arena, each.shape().toLongs());
      values.set(needed(numbers, each.name()));
      tensors.add(values);
      Tensor leaf = values.newLeaf();
      leaves.put(each.name(), leaf);
      if (each.role().prunable()) {
        weights.put(each.name(), new WeightLeaves.Point(leaf));
      } else {
        others.put(each.name(), leaf);
      }
    }
    pass =
        new GraphPass(
            graph,
            new PassLeaves(weights, others, Estimator.LOCAL),
            rows,
            Precision.FLOAT32,
            byHand,
            true,
            Kernels.create(),
            arena);
  }

  private void give(Map<String, float[]> inputs) {
    for (int i = 0; i < graph.inputs().size(); i++) {
      float[] given = needed(inputs, graph.inputs().get(i).name());
      MemorySegment.copy(given, 0, pass.input(i), ValueLayout.JAVA_FLOAT, 0, given.length);
    }
  }

  private int[] examples() {
    return IntStream.range(0, rows).toArray();
  }

  /** The outputs at given norms, by name. */
  Map<String, float[]> logits(Map<String, float[]> inputs, Norms norms) {
    give(inputs);
    MemorySegment first = pass.logits(examples(), null, norms);
    assert first.byteSize() >= 0;
    return outputs();
  }

  /** The outputs of a training step, by name. */
  Map<String, float[]> forward(Map<String, float[]> inputs) {
    give(inputs);
    MemorySegment first = pass.forward(examples(), null);
    assert first.byteSize() >= 0;
    return outputs();
  }

  private Map<String, float[]> outputs() {
    Map<String, float[]> outputs = new LinkedHashMap<>();
    for (int k = 0; k < graph.outputs().size(); k++) {
      String name = graph.outputs().get(k);
      long bytes = (long) rows * graph.shape(name).size() * Float.BYTES;
      outputs.put(name, pass.outputs().get(k).asSlice(0, bytes).toArray(ValueLayout.JAVA_FLOAT));
    }
    return outputs;
  }

  /** Gradients of the parameters that are trained, by name; zeros where none comes. */
  Map<String, float[]> backward(Map<String, float[]> byOutput) {
    for (int k = 0; k < graph.outputs().size(); k++) {
      float[] given = needed(byOutput, graph.outputs().get(k));
      MemorySegment.copy(given, 0, pass.byOutput(k), ValueLayout.JAVA_FLOAT, 0, given.length);
    }
    pass.backward();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (Parameter each : graph.parameters()) {
      if (each.role().trained()) {
        gradients.put(each.name(), gradient(needed(leaves, each.name()), each.shape().size()));
      }
    }
    return gradients;
  }

  private static float[] gradient(Tensor leaf, int size) {
    try (TensorScope _ = new TensorScope()) {
      Tensor gradient = leaf.grad();
      return gradient.defined()
          ? TensorMemory.of(gradient.contiguous()).toArray(ValueLayout.JAVA_FLOAT)
          : new float[size];
    }
  }

  @Override
  public void close() {
    pass.close();
    leaves.values().forEach(Tensor::close);
    tensors.forEach(NativeTensor::close);
    arena.close();
  }
}
