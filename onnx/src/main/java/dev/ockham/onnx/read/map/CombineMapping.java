package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Add, Sub, Mul, Div, Pow, Min, Max, Sum, Mean and Where: several values, number by number. */
final class CombineMapping {
  /** What stands for −∞ in masks that are added to scores: a parameter is finite. */
  private static final float LOWEST = -1e30f;

  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Add", of(Combine.By.ADD)),
          Map.entry("Sum", of(Combine.By.ADD)),
          Map.entry("Sub", of(Combine.By.SUBTRACT)),
          Map.entry("Mul", of(Combine.By.MULTIPLY)),
          Map.entry("Div", of(Combine.By.DIVIDE)),
          Map.entry("Min", of(Combine.By.MINIMUM)),
          Map.entry("Max", of(Combine.By.MAXIMUM)),
          Map.entry("Pow", of(Combine.By.POWER)),
          Map.entry("Mean", CombineMapping::mean),
          Map.entry("Where", CombineMapping::where));

  private CombineMapping() {}

  /** Two values or more, combined from the left. */
  static Mapping of(Combine.By by) {
    return (view, draft) -> {
      if (view.attributes().has("axis") || view.attributes().has("broadcast")) {
        throw view.node()
            .unsupported("it stretches as operator sets before 7 did; export with opset 18");
      }
      if (view.inputs() == 2 && shortened(view, draft, by)) {
        return;
      }
      Layout layout = layout(view, draft);
      Value value = operand(view, draft, 0, layout);
      for (int input = 1; input < view.inputs(); input++) {
        value = draft.node(new Combine(by), value, operand(view, draft, input, layout));
      }
      draft.give(view, 0, value, layout);
    };
  }

  static void mean(NodeView view, GraphDraft draft) {
    Layout layout = layout(view, draft);
    Value value = operand(view, draft, 0, layout);
    for (int input = 1; input < view.inputs(); input++) {
      value = draft.node(new Combine(Combine.By.ADD), value, operand(view, draft, input, layout));
    }
    Value mean = draft.node(ActivationMapping.scale(1f / view.inputs(), 0), value);
    draft.give(view, 0, mean, layout);
  }

  /** Axes left out of the output: those that are left out of any value, where they have size 1. */
  private static Layout layout(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    Layout layout = Layout.without(out);
    boolean any = false;
    for (int input = 0; input < view.inputs(); input++) {
      if (!GraphDraft.isConstant(view, input)) {
        layout = layout.and(draft.layout(view, input).like(out));
        any = true;
      }
    }
    return any ? layout : Layout.usual(out);
  }

  private static Value operand(NodeView view, GraphDraft draft, int input, Layout layout) {
    Tensor tensor = view.constant(input);
    Layout own = layout.aligned(view.shape(input));
    if (tensor == null) {
      return draft.value(view, input, own);
    }
    Shape shape = own.ours();
    Tensor finite = finite(tensor);
    boolean learnt = draft.learnt(view, input) && finite == tensor;
    return draft.constant(finite, shape, learnt, unitAxis(view, draft, layout, shape));
  }

  /** Axis of a constant's units: that of the values it meets, where it has as many. */
  private static int unitAxis(NodeView view, GraphDraft draft, Layout layout, Shape constant) {
    for (int input = 0; input < view.inputs(); input++) {
      if (GraphDraft.isConstant(view, input)) {
        continue;
      }
      Value other = draft.value(view, input, layout.aligned(view.shape(input)));
      int axis = draft.unitAxis(other);
      int own = axis < 0 ? -1 : axis - other.shape().rank() + constant.rank();
      if (own >= 0 && constant.dim(own) == other.shape().dim(axis) && constant.dim(own) > 1) {
        return own;
      }
    }
    return -1;
  }

  /** A mask without −∞; any other tensor itself. */
  private static Tensor finite(Tensor tensor) {
    float[] values = tensor.reals();
    float[] finite = values.clone();
    boolean masks = false;
    for (int i = 0; i < finite.length; i++) {
      if (values[i] == Float.NEGATIVE_INFINITY) {
        finite[i] = LOWEST;
        masks = true;
      }
    }
    return masks ? Tensor.reals(tensor.shape(), finite) : tensor;
  }

  /** One operator where the other value is a single number. */
  private static boolean shortened(NodeView view, GraphDraft draft, Combine.By by) {
    boolean right = single(view, draft, 1);
    if (!right && !single(view, draft, 0)) {
      return false;
    }
    Tensor tensor = view.constant(right ? 1 : 0);
    if (tensor == null) {
      return false;
    }
    float number = tensor.reals()[0];
    int input = right ? 0 : 1;
    Layout layout = draft.layout(view, input);
    Value x = draft.value(view, input, layout);
    Activation activation = activation(by, number, right);
    Value result;
    if (activation != null && activation.equals(ActivationMapping.scale(1, 0))) {
      result = x;
    } else if (activation != null) {
      result = scaledOnce(activation, x, draft);
    } else if (by == Combine.By.POWER && right && number == 2) {
      result = draft.node(new Combine(Combine.By.MULTIPLY), x, x);
    } else {
      Value constant = draft.constant(Tensor.reals(Shape.of(), number), Shape.of(), false, -1);
      result =
          right
              ? draft.node(new Combine(by), x, constant)
              : draft.node(new Combine(by), constant, x);
    }
    draft.give(view, 0, result, layout);
    return true;
  }

  /** A shift behind a factor, as we write the two, is one node again. */
  private static Value scaledOnce(Activation activation, Value x, GraphDraft draft) {
    Activation before = draft.activation(x);
    boolean shift = activation.equals(ActivationMapping.scale(1, activation.second()));
    if (shift && before != null && before.equals(ActivationMapping.scale(before.first(), 0))) {
      return draft.node(
          ActivationMapping.scale(before.first(), activation.second()), draft.before(x));
    }
    return draft.node(activation, x);
  }

  /** Whether an input is one constant number, and the output has the shape of the other input. */
  private static boolean single(NodeView view, GraphDraft draft, int input) {
    Tensor tensor = view.constant(input);
    return tensor != null
        && tensor.size() == 1
        && Float.isFinite(tensor.reals()[0])
        && !GraphDraft.isConstant(view, 1 - input)
        && draft.shape(view, 0).equals(view.shape(1 - input));
  }

  private static @Nullable Activation activation(Combine.By by, float number, boolean right) {
    return switch (by) {
      case ADD -> ActivationMapping.scale(1, number);
      case SUBTRACT ->
          right ? ActivationMapping.scale(1, -number) : ActivationMapping.scale(-1, number);
      case MULTIPLY -> ActivationMapping.scale(number, 0);
      case DIVIDE ->
          right && Float.isFinite(1 / number) ? ActivationMapping.scale(1 / number, 0) : null;
      case MINIMUM -> new Activation(Function.CLIP, -Float.MAX_VALUE, number);
      case MAXIMUM ->
          number == 0
              ? Activation.of(Function.RELU)
              : new Activation(Function.CLIP, number, Float.MAX_VALUE);
      case POWER -> {
        if (right && number == 1) {
          yield ActivationMapping.scale(1, 0);
        }
        yield right && number == 0.5f ? Activation.of(Function.SQRT) : null;
      }
    };
  }

  /** A fixed mask between a value and a constant, or another value: x · m + y · (1 − m). */
  static void where(NodeView view, GraphDraft draft) {
    Tensor mask = view.known(0, "condition");
    Layout layout = layout(view, draft);
    Shape shape = layout.aligned(view.shape(0)).ours();
    float[] ones = mask.reals();
    float[] others = new float[ones.length];
    for (int i = 0; i < ones.length; i++) {
      others[i] = 1 - ones[i];
    }
    Value kept = draft.constant(Tensor.reals(mask.shape(), ones), shape, false, -1);
    Value gone = draft.constant(Tensor.reals(mask.shape(), others), shape, false, -1);
    var times = new Combine(Combine.By.MULTIPLY);
    Value x = draft.node(times, operand(view, draft, 1, layout), kept);
    Value y = draft.node(times, operand(view, draft, 2, layout), gone);
    draft.give(view, 0, draft.node(new Combine(Combine.By.ADD), x, y), layout);
  }
}
