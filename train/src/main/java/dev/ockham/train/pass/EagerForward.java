package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.train.posterior.WeightLeaves;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * A graph in libtorch, node by node under autograd, as every port writes its network. Whoever calls
 * says what nodes that are linear in their weights do; batch norms normalise by the batch.
 */
public final class EagerForward {

  private EagerForward() {}

  /** Output of a node that is linear in its weights. */
  @FunctionalInterface
  public interface LinearActivation {
    /**
     * The node's output.
     *
     * @param input {@code [batch, shape…]}
     */
    Tensor of(Node node, LinearInWeights operator, Tensor input);
  }

  /**
   * The network's output. To be called within a scope, which the result belongs to.
   *
   * @param input of a network with one input, {@code [batch, shape…]}
   * @param weights leaves of weights that nodes take which are not linear in them, by name
   * @param numbers leaves of all parameters that are not weights, by name
   * @return {@code [batch, shape…]} of the first output
   */
  public static Tensor logits(
      Graph graph,
      Tensor input,
      Map<String, WeightLeaves> weights,
      Map<String, Tensor> numbers,
      LinearActivation linear) {
    PassLeaves leaves = new PassLeaves(weights, numbers, Estimator.LOCAL);
    int[] examples = new int[Math.toIntExact(input.size(0))];
    Share share = new Share(examples, null, new Norms.OfBatch(), true);
    Kernels kernels = Kernels.create();
    Map<String, Tensor> values = new HashMap<>();
    values.put(graph.inputs().getFirst().name(), input);
    for (Node node : graph.nodes()) {
      List<Tensor> inputs = new ArrayList<>();
      for (String read : node.inputs()) {
        inputs.add(Objects.requireNonNull(values.get(read), read));
      }
      values.put(
          node.name(),
          node.operator() instanceof LinearInWeights operator
              ? linear.of(node, operator, inputs.getFirst())
              : TorchOperators.function(graph, node, leaves, kernels).of(inputs, share));
    }
    String output = graph.outputs().getFirst();
    return Objects.requireNonNull(values.get(output), output);
  }
}
