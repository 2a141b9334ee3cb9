package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.runtime.graph.Shape;
import java.util.List;

/** An operator that the graph has, as far as it matters before nodes are mapped. */
public interface Mapped {
  /** Shape of all that a node gives; that of its first input unless the operator says otherwise. */
  default Shape shape(NodeView view) {
    return view.shape(0);
  }

  /** Axes of a node's first input along which its numbers meet, or count by their place. */
  default List<Integer> mixed(NodeView view) {
    return List.of();
  }
}
