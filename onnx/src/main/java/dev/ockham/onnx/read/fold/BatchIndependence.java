package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.argument.SliceArguments;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether what a model makes of an example depends on the others of its batch: then a batch of one
 * would be another function. Axes whose size follows the number of examples are found by comparing
 * the shapes for two such numbers.
 *
 * @param one the program for one example
 * @param several the program for several
 * @param examples how many these are
 */
public record BatchIndependence(TypedProgram one, TypedProgram several, int examples) {

  /**
   * Refuses operators that mix along an axis of examples.
   *
   * @param mapped operators that the graph has: each of these without a case here says its axes
   * @throws UnsupportedOnnxException naming the node
   */
  public void check(Map<String, Mapped> mapped) {
    for (OnnxNode node : several.program().nodes()) {
      var view = new NodeView(node, several.program().constants(), several.types());
      for (String output : node.outputs()) {
        if (!grows(output)) {
          throw mixes(node, 0);
        }
      }
      for (Mixed mixed : mixed(view, mapped)) {
        int axis = mixed.axis();
        if (axis >= 0 && batchAxes(node.input(mixed.input())).contains(axis)) {
          throw mixes(node, axis);
        }
      }
    }
  }

  private static UnsupportedOnnxException mixes(OnnxNode node, int axis) {
    return node.unsupported(
        ("it mixes the examples of a batch, along axis %s of its input; a graph of ours computes"
                + " each by itself: export with the batch on another axis")
            .formatted(axis));
  }

  /**
   * Whether a value has as many times more numbers as there are more examples, or as many. If two
   * axes grow, every example has met every other.
   */
  private boolean grows(String value) {
    if (batchAxes(value).size() > 1) {
      return false;
    }
    for (int axis : batchAxes(value)) {
      ValueType single = one.types().get(value);
      ValueType many = several.types().get(value);
      if (single != null
          && many != null
          && many.shape().dim(axis) != (long) single.shape().dim(axis) * examples) {
        return false;
      }
    }
    return true;
  }

  /** An axis of an input along which numbers meet. */
  private record Mixed(int input, int axis) {}

  private static List<Mixed> mixed(NodeView view, Map<String, Mapped> mapped) {
    List<Mixed> mixed = new ArrayList<>();
    String operator = view.node().operator();
    int rank = view.inputs() == 0 ? 0 : view.rank(0);
    switch (operator) {
      case "LSTM", "GRU", "RNN" ->
          mixed.add(new Mixed(0, view.attributes().integer("layout", 0) != 0 ? 1 : 0));
      case "MatMul" -> {
        mixed.add(new Mixed(0, rank - 1));
        mixed.add(new Mixed(1, Math.max(0, view.rank(1) - 2)));
      }
      case "Slice" -> {
        for (SliceArguments.Cut cut : SliceArguments.of(view)) {
          if (cut.step() != 1 || cut.count() < view.shape(0).dim(cut.axis())) {
            mixed.add(new Mixed(0, cut.axis()));
          }
        }
      }
      case "Gather" -> mixed.add(new Mixed(0, view.axis(0, rank)));
      case "Gemm" -> mixed.add(new Mixed(0, view.attributes().integer("transA", 0) != 0 ? 0 : 1));
      default -> {
        Mapped own = mapped.get(operator);
        if (own != null) {
          own.mixed(view).forEach(axis -> mixed.add(new Mixed(0, axis)));
        }
        if (operator.startsWith("Reduce")) {
          ShapeArguments.reduced(view).forEach(axis -> mixed.add(new Mixed(0, axis)));
        }
      }
    }
    return mixed;
  }

  /** Axes of a value whose size follows the number of examples. */
  private List<Integer> batchAxes(String value) {
    ValueType single = one.types().get(value);
    ValueType many = several.types().get(value);
    List<Integer> axes = new ArrayList<>();
    if (single == null || many == null || single.shape().rank() != many.shape().rank()) {
      return axes;
    }
    Shape shape = single.shape();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) != many.shape().dim(axis)) {
        axes.add(axis);
      }
    }
    return axes;
  }

  /** The axis of a value along which examples lie; −1 if there is not exactly one of size 1. */
  public int batchAxis(String value) {
    List<Integer> axes = batchAxes(value);
    ValueType single = one.types().get(value);
    return axes.size() == 1 && single != null && single.shape().dim(axes.get(0)) == 1
        ? axes.get(0)
        : -1;
  }

  /**
   * Checks that every output has an axis of examples.
   *
   * @throws UnsupportedOnnxException naming one that has none
   */
  public void checkOutputs() {
    for (ProgramOutput output : one.program().outputs()) {
      if (batchAxis(output.value()) < 0) {
        throw new UnsupportedOnnxException(
            "output '%s' has no axis along which the examples of a batch lie"
                .formatted(output.name()));
      }
    }
  }
}
