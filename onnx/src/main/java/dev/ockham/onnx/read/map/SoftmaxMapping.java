package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Softmax and LogSoftmax, which ran over all axes from one on before operator set 13. */
final class SoftmaxMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry(
              "Softmax", Mapping.of(SoftmaxMapping::probabilities).along(SoftmaxMapping::axes)),
          Map.entry(
              "LogSoftmax", Mapping.of(SoftmaxMapping::logarithms).along(SoftmaxMapping::axes)));

  private SoftmaxMapping() {}

  /** One axis; before operator set 13 all from one on. */
  static List<Integer> axes(NodeView view) {
    int rank = view.rank(0);
    int first = view.axis(view.opset() < 13 ? 1 : -1, rank);
    return IntStream.range(first, view.opset() < 13 ? rank : first + 1).boxed().toList();
  }

  static void probabilities(NodeView view, GraphDraft draft) {
    map(view, draft, false);
  }

  static void logarithms(NodeView view, GraphDraft draft) {
    map(view, draft, true);
  }

  private static void map(NodeView view, GraphDraft draft, boolean log) {
    Shape x = view.shape(0);
    boolean old = view.opset() < 13;
    int axis = view.axis(old ? 1 : -1, x.rank());
    Layout layout = draft.layout(view, 0).keeping(axis);
    Value value = draft.value(view, 0, layout);
    if (!old || x.dim(axis) == x.product(axis, x.rank())) {
      draft.give(view, 0, draft.node(new Softmax(layout.axis(axis), log), value), layout);
      return;
    }
    int before = x.product(0, axis);
    Value flat = draft.reshaped(value, Shape.of(before, x.product(axis, x.rank())));
    Value result = draft.node(new Softmax(1, log), flat);
    draft.give(view, 0, draft.reshaped(result, layout.ours()), layout);
  }
}
