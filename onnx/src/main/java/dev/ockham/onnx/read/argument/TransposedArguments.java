package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that a transposed convolution is told. */
public final class TransposedArguments {
  private TransposedArguments() {}

  /** The operator of a node. */
  public static ConvolutionTransposed of(NodeView view) {
    String auto = view.attributes().text("auto_pad", "NOTSET");
    Window given =
        WindowArguments.convolution(auto.startsWith("SAME") ? withoutPadding(view) : view);
    int axes = given.axes();
    long[] extra = WindowArguments.of(view, "output_padding", 0);
    long @Nullable [] wanted = view.attributes().integers("output_shape");
    List<Integer> before = new ArrayList<>(given.before());
    List<Integer> after = new ArrayList<>(given.after());
    List<Integer> behind = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      int size = view.shape(0).dim(axis + 2);
      int stride = given.stride().get(axis);
      int more = view.size(extra[axis]);
      if (wanted != null || auto.startsWith("SAME")) {
        long target = wanted == null ? (long) size * stride : wanted[wanted.length - axes + axis];
        long all = (long) stride * (size - 1) + more + given.span(axis) - target;
        if (all < 0) {
          more = view.size(more - all);
          all = 0;
        }
        int half = view.size(all / 2);
        boolean lower = auto.equals("SAME_LOWER") || auto.equals("NOTSET");
        before.set(axis, auto.equals("SAME_UPPER") || !lower ? half : view.size(all - half));
        after.set(axis, view.size(all - before.get(axis)));
      }
      behind.add(more);
    }
    int groups = view.size(view.attributes().integer("group", 1));
    long outputs = (long) view.shape(1).dim(1) * groups;
    return trimmed(
        view,
        new Window(given.kernel(), given.stride(), before, after, given.dilation()),
        behind,
        view.size(outputs),
        groups);
  }

  /** Takes extra positions from the padding where they are not below the stride. */
  private static ConvolutionTransposed trimmed(
      NodeView view, Window window, List<Integer> extra, int outputs, int groups) {
    List<Integer> after = new ArrayList<>(window.after());
    for (int axis = 0; axis < extra.size(); axis++) {
      int over = Math.min(after.get(axis), extra.get(axis));
      if (extra.get(axis) >= window.stride().get(axis)) {
        after.set(axis, after.get(axis) - over);
        extra.set(axis, extra.get(axis) - over);
      }
    }
    if (groups < 1) {
      throw new MalformedOnnxException(view.node(), "it has " + groups + " groups");
    }
    return new ConvolutionTransposed(
        outputs,
        new Window(window.kernel(), window.stride(), window.before(), after, window.dilation()),
        extra,
        groups);
  }

  private static NodeView withoutPadding(NodeView view) {
    var attributes = new HashMap<>(view.attributes().values());
    attributes.remove("auto_pad");
    attributes.remove("pads");
    return new NodeView(
        view.node().as(view.node().operator(), view.node().inputs(), new Attributes(attributes)),
        view.constants(),
        view.types());
  }
}
