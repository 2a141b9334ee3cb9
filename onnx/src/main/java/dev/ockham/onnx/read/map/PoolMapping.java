package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.WindowArguments;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** MaxPool, AveragePool and their global forms. */
final class PoolMapping {
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
    var operator = new Pool(of, WindowArguments.pool(view), ceil, counted);
    Value out = draft.node(operator, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
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
