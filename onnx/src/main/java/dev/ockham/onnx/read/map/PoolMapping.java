package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.WindowArguments;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MaxPool, AveragePool and their global forms. */
final class PoolMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("MaxPool", PoolMapping::largest),
          Map.entry("AveragePool", PoolMapping::average),
          Map.entry("GlobalAveragePool", PoolMapping::globalAverage),
          Map.entry("GlobalMaxPool", PoolMapping::globalLargest));

  private PoolMapping() {}

  static void largest(NodeView view, GraphDraft draft) {
    if (!view.node().output(1).isEmpty()) {
      throw view.node()
          .unsupported("its second output, the indices, is used; export without unpooling");
    }
    pool(view, draft, Pool.Of.MAX);
  }

  static void average(NodeView view, GraphDraft draft) {
    pool(view, draft, Pool.Of.AVERAGE);
  }

  private static void pool(NodeView view, GraphDraft draft, Pool.Of of) {
    boolean ceil = view.attributes().integer("ceil_mode", 0) != 0;
    boolean counted = view.attributes().integer("count_include_pad", 0) != 0;
    Value x = draft.example(view, 0);
    Window window = WindowArguments.pool(view);
    var operator =
        excessive(window)
            ? new Pool(of, trimmed(window, x.shape(), ceil), false, counted)
            : new Pool(of, window, ceil, counted);
    Value out = draft.node(operator, x);
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }

  private static boolean excessive(Window window) {
    for (int axis = 0; axis < window.axes(); axis++) {
      if (window.after().get(axis) >= window.span(axis)) {
        return true;
      }
    }
    return false;
  }

  /** As little padding behind the last position as gives the same windows. */
  private static Window trimmed(Window window, Shape x, boolean ceil) {
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < window.axes(); axis++) {
      int size = x.dim(axis + 1);
      int last = (window.outputs(axis, size, ceil) - 1) * window.stride().get(axis);
      after.add(Math.max(0, last + window.span(axis) - size - window.before().get(axis)));
    }
    return new Window(window.kernel(), window.stride(), window.before(), after, window.dilation());
  }

  static void globalAverage(NodeView view, GraphDraft draft) {
    global(view, draft, Reduce.To.MEAN);
  }

  static void globalLargest(NodeView view, GraphDraft draft) {
    global(view, draft, Reduce.To.MAX);
  }

  private static void global(NodeView view, GraphDraft draft, Reduce.To to) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 1; axis < view.rank(0) - 1; axis++) {
      axes.add(axis);
    }
    Value out = draft.node(new Reduce(to, axes, true), draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }
}
