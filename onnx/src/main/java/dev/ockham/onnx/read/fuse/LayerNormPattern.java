package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalisation as exporters wrote it before operator set 17: mean, difference, square, mean,
 * plus ε, root, quotient. What scales and shifts the quotient is {@link NormAffinePattern}'s.
 */
final class LayerNormPattern implements Pattern {

  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    if (!last.operator().equals("Div")) {
      return null;
    }
    OnnxNode root = index.giver(last.input(1), "Sqrt");
    OnnxNode sum = root == null ? null : index.giver(root.input(0), "Add");
    if (sum == null) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      double epsilon = index.scalar(sum.input(1 - i));
      String centred = epsilon > 0 ? centred(sum.input(i), index) : null;
      String x = centred == null ? null : mean(centred, index);
      if (x != null && centred != null && sameDifference(last.input(0), centred, index)) {
        int axis = firstAxis(sum.input(i), x, index);
        return axis < 0
            ? null
            : last.as(
                "LayerNormalization",
                List.of(x),
                new Attributes(Map.of("axis", (long) axis, "epsilon", (float) epsilon)));
      }
    }
    return null;
  }

  /** The value whose square a value is the mean of; null if it is none. */
  private static @Nullable String centred(String variance, ProgramIndex index) {
    OnnxNode mean = index.giver(variance, "ReduceMean");
    if (mean == null) {
      return null;
    }
    OnnxNode power = index.giver(mean.input(0), "Pow");
    if (power != null && index.isNear(power.input(1), 2)) {
      return power.input(0);
    }
    OnnxNode times = index.giver(mean.input(0), "Mul");
    return times != null && times.input(0).equals(times.input(1)) ? times.input(0) : null;
  }

  /** The x of x minus its mean; null if the value is no such difference. */
  private static @Nullable String mean(String value, ProgramIndex index) {
    OnnxNode difference = index.giver(value, "Sub");
    OnnxNode mean = difference == null ? null : index.giver(difference.input(1), "ReduceMean");
    return difference != null && mean != null && mean.input(0).equals(difference.input(0))
        ? difference.input(0)
        : null;
  }

  /** Whether two values are the same difference; some exporters compute it twice. */
  private static boolean sameDifference(String one, String other, ProgramIndex index) {
    if (one.equals(other)) {
      return true;
    }
    OnnxNode first = index.giver(one, "Sub");
    OnnxNode second = index.giver(other, "Sub");
    return first != null && second != null && first.inputs().equals(second.inputs());
  }

  /** First of the axes that both means run over, up to the last; −1 if they are others. */
  private static int firstAxis(String variance, String x, ProgramIndex index) {
    List<Integer> axes = axes(variance, index);
    OnnxNode mean = index.giver(variance, "ReduceMean");
    String centred = mean == null ? null : centred(variance, index);
    OnnxNode difference = centred == null ? null : index.giver(centred, "Sub");
    if (difference == null || !axes(difference.input(1), index).equals(axes) || axes.isEmpty()) {
      return -1;
    }
    int rank = index.shape(x).rank();
    int first = axes.get(0);
    return axes.size() == rank - first && axes.get(axes.size() - 1) == rank - 1 ? first : -1;
  }

  private static List<Integer> axes(String value, ProgramIndex index) {
    OnnxNode mean = index.giver(value, "ReduceMean");
    if (mean == null || mean.attributes().integer("keepdims", 1) == 0) {
      return List.of();
    }
    Map<String, Tensor> constants = new HashMap<>();
    Tensor axes = index.constant(mean.input(1));
    if (axes != null) {
      constants.put(mean.input(1), axes);
    }
    Shape shape = index.shape(mean.input(0));
    Map<String, ValueType> types = new HashMap<>();
    types.put(mean.input(0), new ValueType(ElementType.REAL, shape));
    return ShapeArguments.reduced(new NodeView(mean, constants, types));
  }
}
