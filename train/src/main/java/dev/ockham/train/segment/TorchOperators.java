package dev.ockham.train.segment;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;

/** Operators of a graph in libtorch. */
final class TorchOperators {

  private TorchOperators() {}

  /**
   * What a node computes.
   *
   * @param leaves of its parameters
   * @throws IllegalArgumentException if libtorch has no such operator
   */
  static TorchFunction function(Graph graph, Node node, PassLeaves leaves) {
    throw new IllegalArgumentException(
        node.operator().kind() + " of " + graph + " with " + leaves.estimator());
  }
}
