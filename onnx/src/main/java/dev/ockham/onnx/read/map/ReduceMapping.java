package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.LogSumExp;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.RunningSum;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** ReduceMean, ReduceSum, ReduceMax, ReduceMin, what is made of sums, and CumSum. */
final class ReduceMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("ReduceMean", of(Reduce.To.MEAN)),
          Map.entry("ReduceSum", of(Reduce.To.SUM)),
          Map.entry("ReduceMax", of(Reduce.To.MAX)),
          Map.entry("ReduceMin", of(Reduce.To.MIN)),
          Map.entry("CumSum", Mapping.of(ReduceMapping::runningSum).along(ReduceMapping::summed)),
          Map.entry("ReduceLogSumExp", ReduceMapping::smoothLargest),
          Map.entry("ReduceL1", ReduceMapping::absolutes),
          Map.entry("ReduceL2", ReduceMapping::norm),
          Map.entry("ReduceSumSquare", ReduceMapping::squares),
          Map.entry("ReduceLogSum", ReduceMapping::logarithm));

  private ReduceMapping() {}

  static Mapping of(Reduce.To to) {
    return (view, draft) -> map(view, draft, null, to, null);
  }

  /** √Σx². */
  static void norm(NodeView view, GraphDraft draft) {
    var root = Activation.of(Activation.Function.SQRT);
    map(view, draft, new Combine(Combine.By.MULTIPLY), Reduce.To.SUM, root);
  }

  /** Σx². */
  static void squares(NodeView view, GraphDraft draft) {
    map(view, draft, new Combine(Combine.By.MULTIPLY), Reduce.To.SUM, null);
  }

  /** Σ|x| is Σ max(x, −x). */
  static void absolutes(NodeView view, GraphDraft draft) {
    map(view, draft, new Combine(Combine.By.MAXIMUM), Reduce.To.SUM, null);
  }

  static void smoothLargest(NodeView view, GraphDraft draft) {
    map(view, draft, null, LogSumExp::new, null);
  }

  /** log Σx. */
  static void logarithm(NodeView view, GraphDraft draft) {
    map(view, draft, null, Reduce.To.SUM, Activation.of(Activation.Function.LOG));
  }

  /** The axis of a CumSum; all if it is not known. */
  static List<Integer> summed(NodeView view) {
    int rank = view.rank(0);
    Tensor along = view.constant(1);
    return along == null || along.size() != 1
        ? IntStream.range(0, rank).boxed().toList()
        : List.of(view.axis(along.integers()[0], rank));
  }

  static void runningSum(NodeView view, GraphDraft draft) {
    Tensor along = view.known(1, "axis");
    if (along.size() != 1) {
      throw view.node().unsupported("its axis has " + along.size() + " numbers");
    }
    int axis = view.axis(along.integers()[0], view.rank(0));
    boolean exclusive = view.attributes().integer("exclusive", 0) != 0;
    boolean reverse = view.attributes().integer("reverse", 0) != 0;
    Layout layout = draft.layout(view, 0).keeping(axis);
    var sum = new RunningSum(layout.axis(axis), exclusive, reverse);
    draft.give(view, 0, draft.node(sum, draft.value(view, 0, layout)), layout);
  }

  private static void map(
      NodeView view,
      GraphDraft draft,
      @Nullable Combine before,
      Reduce.To to,
      @Nullable Operator behind) {
    map(view, draft, before, (axes, keep) -> new Reduce(to, axes, keep), behind);
  }

  private static void map(
      NodeView view,
      GraphDraft draft,
      @Nullable Combine before,
      BiFunction<List<Integer>, Boolean, Operator> reduction,
      @Nullable Operator behind) {
    List<Integer> axes = ShapeArguments.reduced(view);
    boolean keep = view.attributes().integer("keepdims", 1) != 0;
    Layout layout = draft.layout(view, 0);
    Value value = draft.value(view, 0, layout);
    if (before != null) {
      Value other =
          before.by() == Combine.By.MAXIMUM
              ? draft.node(ActivationMapping.scale(-1, 0), value)
              : value;
      value = draft.node(before, value, other);
    }
    List<Integer> ours = layout.axes(axes);
    if (!ours.isEmpty()) {
      value = draft.node(reduction.apply(ours, keep), value);
    }
    if (behind != null) {
      value = draft.node(behind, value);
    }
    Shape kept = ShapeArguments.reduce(view.shape(0), axes, true);
    Layout reduced = layout.like(kept);
    Layout result = keep ? reduced : without(reduced, axes, draft.shape(view, 0));
    draft.give(view, 0, draft.reshaped(value, result.ours()), result);
  }

  /** The layout after axes of size 1 are gone. */
  private static Layout without(Layout layout, List<Integer> axes, Shape result) {
    BitSet dropped = new BitSet();
    int next = 0;
    for (int axis = 0; axis < layout.onnx().rank(); axis++) {
      if (!axes.contains(axis)) {
        dropped.set(next++, layout.dropped().get(axis));
      }
    }
    return new Layout(result, dropped);
  }
}
