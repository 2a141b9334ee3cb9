package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.fold.Mapped;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.function.Function;

/** What becomes of a node of one of ONNX's operators. */
@FunctionalInterface
interface Mapping extends Mapped {
  /**
   * Adds our nodes for an ONNX node to a draft, and says which of our values its outputs are.
   *
   * @throws IllegalArgumentException saying why it cannot be, without the node's name
   */
  void map(NodeView view, GraphDraft draft);

  /** A mapping of which more is to be said: what it gives, or along which axes. */
  static Mapping of(Mapping mapping) {
    return mapping;
  }

  /** The same for an operator whose outputs have not the shape of its first input. */
  default Mapping giving(Function<NodeView, Shape> shape) {
    return with(shape, this::mixed);
  }

  /** The same for an operator in which numbers meet along some axes of its first input. */
  default Mapping along(Function<NodeView, List<Integer>> axes) {
    return with(this::shape, axes);
  }

  private Mapping with(Function<NodeView, Shape> shape, Function<NodeView, List<Integer>> axes) {
    Mapping mapping = this;
    return new Mapping() {
      @Override
      public void map(NodeView view, GraphDraft draft) {
        mapping.map(view, draft);
      }

      @Override
      public Shape shape(NodeView view) {
        return shape.apply(view);
      }

      @Override
      public List<Integer> mixed(NodeView view) {
        return axes.apply(view);
      }
    };
  }
}
