package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.OneDnn;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A finished model in libtorch: its weights dense, its operators prepared once, one native call for
 * each, without autograd. What a race of inference runs; predictions of Ockham's own need no
 * libtorch.
 */
public final class InferenceForward implements AutoCloseable {

  private record Step(Node node, TorchFunction function) {}

  private final Graph graph;
  private final Arena arena = Arena.ofShared();
  private final List<NativeTensor> tensors = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  private InferenceForward(Graph graph) {
    this.graph = graph;
  }

  /**
   * Copies a model's numbers into native memory.
   *
   * @param model of one input and one output, without batch norms
   * @throws IllegalArgumentException if it has other numbers of these, or a batch norm
   */
  public static InferenceForward of(Model model) {
    Graph graph = model.graph();
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "a model of %s inputs and %s outputs is not raced"
              .formatted(graph.inputs().size(), graph.outputs().size()));
    }
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH) {
        throw new IllegalArgumentException("node '" + node.name() + "' is a batch norm; fold it");
      }
    }
    Libtorch.start();
    InferenceForward forward = new InferenceForward(graph);
    forward.prepare(model);
    return forward;
  }

  private void prepare(Model model) {
    Map<String, WeightLeaves> weights = new HashMap<>();
    Map<String, Tensor> numbers = new HashMap<>();
    for (Parameter parameter : graph.parameters()) {
      NativeTensor tensor = NativeTensor.floats(arena, parameter.shape().toLongs());
      tensor.set(model.value(parameter.name()).toDense());
      tensors.add(tensor);
      if (parameter.role().prunable()) {
        weights.put(parameter.name(), new WeightLeaves.Point(tensor.tensor()));
      } else {
        numbers.put(parameter.name(), tensor.tensor());
      }
    }
    PassLeaves leaves = new PassLeaves(weights, numbers, Estimator.LOCAL);
    Kernels kernels = Kernels.create();
    for (Node node : graph.nodes()) {
      steps.add(new Step(node, TorchOperators.function(graph, node, leaves, kernels)));
    }
  }

  /**
   * The output for a batch. To be called within a scope, which the result belongs to.
   *
   * @param input {@code [batch, shape…]}
   * @return {@code [batch, shape…]}
   */
  public Tensor run(Tensor input) {
    return OneDnn.whereRight(() -> forward(input));
  }

  private Tensor forward(Tensor input) {
    try (InferenceMode _ = new InferenceMode(true)) {
      int[] rows = new int[Math.toIntExact(input.size(0))];
      Share share = new Share(rows, null, new Norms.OfBatch(), false);
      Map<String, Tensor> values = new HashMap<>();
      values.put(graph.inputs().getFirst().name(), input);
      for (Step step : steps) {
        List<Tensor> read = new ArrayList<>(step.node().inputs().size());
        for (String name : step.node().inputs()) {
          read.add(Objects.requireNonNull(values.get(name), name));
        }
        values.put(step.node().name(), step.function().of(read, share));
      }
      String output = graph.outputs().getFirst();
      return Objects.requireNonNull(values.get(output), output);
    }
  }

  /** Gives back native memory. */
  @Override
  public void close() {
    tensors.forEach(NativeTensor::close);
    arena.close();
  }
}
