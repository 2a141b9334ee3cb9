package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;

/** What becomes of a node of one of ONNX's operators. */
@FunctionalInterface
interface Mapping {
  /**
   * Adds our nodes for an ONNX node to a draft, and says which of our values its outputs are.
   *
   * @throws IllegalArgumentException saying why it cannot be, without the node's name
   */
  void map(NodeView view, GraphDraft draft);
}
