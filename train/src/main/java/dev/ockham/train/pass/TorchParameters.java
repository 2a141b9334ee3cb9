package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.train.posterior.WeightLeaves;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of one node's parameters, by the operator's names for them.
 *
 * @param graph whose node it is
 * @param node which one
 * @param leaves of the graph's parameters
 * @param kernels draw noise
 */
record TorchParameters(Graph graph, Node node, PassLeaves leaves, Kernels kernels) {

  /** The numbers of a slot that must be there. */
  Tensor of(String slot) {
    return Objects.requireNonNull(find(slot), slot);
  }

  /** The numbers of a slot; null where the node has none. */
  @Nullable Tensor find(String slot) {
    Parameter parameter = graph.parameter(node, slot);
    return parameter == null ? null : leaves.numbersOf(parameter.name());
  }

  /** As {@link #find}, in the form in which libtorch takes it. */
  TensorOptional optional(String slot) {
    Tensor numbers = find(slot);
    return numbers == null ? new TensorOptional() : new TensorOptional(numbers);
  }

  /** Weights that can be pruned. */
  TorchWeights weights(String slot) {
    Parameter parameter = parameter(slot);
    int ordinal = graph.prunable().indexOf(parameter);
    return new TorchWeights(leaves.weightsOf(parameter.name()), ordinal, kernels);
  }

  private Parameter parameter(String slot) {
    return Objects.requireNonNull(graph.parameter(node, slot), slot);
  }

  /** Whether another node takes a parameter of this one too. */
  boolean shared(String slot) {
    String name = parameter(slot).name();
    return graph.nodes().stream().filter(n -> n.parameters().containsValue(name)).count() > 1;
  }

  /** The pre-activations that are drawn; null for all. */
  int @Nullable [] drawn() {
    return leaves.drawn().get(node.name());
  }

  /** Leaves that must get a gradient, under noise and without. */
  TorchLeaves trained() {
    List<Tensor> always = new ArrayList<>();
    List<Tensor> underNoise = new ArrayList<>();
    for (String name : node.parameters().values()) {
      if (graph.parameter(name).role().prunable()) {
        switch (leaves.weightsOf(name)) {
          case WeightLeaves.Point(Tensor theta) -> always.add(theta);
          case WeightLeaves.Gaussian(Tensor theta, Tensor sigma2) -> {
            always.add(theta);
            underNoise.add(sigma2);
          }
          case WeightLeaves.Gated(Tensor theta, Tensor logAlpha) -> {
            always.add(theta);
            underNoise.add(logAlpha);
          }
        }
      } else if (graph.parameter(name).role().trained()) {
        always.add(leaves.numbersOf(name));
      }
    }
    return new TorchLeaves(always, underNoise);
  }
}
