package dev.ockham.train.laplace;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.pass.GraphPass;
import dev.ockham.train.pass.PassLeaves;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * One thread's passes with one example each, so that whatever the graph, a gradient is that of the
 * example alone, over all positions and steps.
 */
final class ExampleGradients implements AutoCloseable {

  private final Graph graph;
  private final GraphPass pass;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Map<String, Tensor> others = new LinkedHashMap<>();
  private final Map<String, float[]> gradients = new LinkedHashMap<>();
  private final List<float[]> outputs = new ArrayList<>();
  private final List<float[]> byOutputs = new ArrayList<>();

  /**
   * A pass over shared numbers.
   *
   * @param graph without batch norms
   * @param numbers of every parameter
   * @param arena owns the buffers; of any thread
   */
  ExampleGradients(Graph graph, Map<String, NativeTensor> numbers, Kernels kernels, Arena arena) {
    this.graph = graph;
    Map<String, WeightLeaves> leaves = new LinkedHashMap<>();
    numbers.forEach((name, tensor) -> {
      Parameter parameter = graph.parameter(name);
      if (parameter.role().prunable()) {
        Tensor leaf = tensor.newLeaf();
        weights.put(name, leaf);
        leaves.put(name, new WeightLeaves.Point(leaf));
        gradients.put(name, new float[parameter.shape().size()]);
      } else {
        others.put(name, parameter.role().trained() ? tensor.newLeaf() : tensor.tensor());
      }
    });
    pass =
        new GraphPass(
            graph,
            new PassLeaves(leaves, others, Estimator.LOCAL),
            1,
            Precision.FLOAT32,
            kernels,
            arena);
    for (String output : graph.outputs()) {
      outputs.add(new float[graph.shape(output).size()]);
      byOutputs.add(new float[graph.shape(output).size()]);
    }
  }

  /**
   * The gradient of −log p of a target drawn from the model, by each weight.
   *
   * @param inputs values of the example by the name of the input
   * @return by the name of the parameter; valid until the next call
   */
  Map<String, float[]> of(
      Map<String, float[]> inputs, Likelihood likelihood, NoiseKey key, int example) {
    for (int k = 0; k < graph.inputs().size(); k++) {
      float[] values = inputs.get(graph.inputs().get(k).name());
      if (values == null) {
        throw new IllegalArgumentException("no values for " + graph.inputs().get(k).name());
      }
      copy(values, pass.input(k));
    }
    var _ = pass.forward(new int[] {example}, null);
    List<MemorySegment> given = pass.outputs();
    for (int k = 0; k < given.size(); k++) {
      float[] values = outputs.get(k);
      MemorySegment.copy(given.get(k), ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
    }
    likelihood.draw(outputs, key, example, byOutputs);
    for (int k = 0; k < given.size(); k++) {
      copy(byOutputs.get(k), pass.byOutput(k));
    }
    pass.backward();
    read();
    return gradients;
  }

  private static void copy(float[] values, MemorySegment into) {
    MemorySegment.copy(values, 0, into, ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  private void read() {
    weights.forEach((name, leaf) -> {
      float[] into = Objects.requireNonNull(gradients.get(name), name);
      try (TensorScope _ = new TensorScope()) {
        Tensor gradient = leaf.grad();
        if (gradient.defined()) {
          MemorySegment memory = TensorMemory.of(gradient.contiguous());
          MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, into, 0, into.length);
        } else {
          Arrays.fill(into, 0);
        }
      }
      Gradients.clear(leaf);
    });
    others.forEach((name, leaf) -> {
      if (graph.parameter(name).role().trained()) {
        Gradients.clear(leaf);
      }
    });
  }

  @Override
  public void close() {
    pass.close();
    weights.values().forEach(Tensor::close);
    others.forEach((name, leaf) -> {
      if (graph.parameter(name).role().trained()) {
        leaf.close();
      }
    });
  }
}
