package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** BatchNormalization, LayerNormalization, InstanceNormalization, GroupNormalization and LRN. */
final class NormMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("BatchNormalization", NormMapping::batch),
          Map.entry("InstanceNormalization", NormMapping::instance),
          Map.entry(
              "LayerNormalization", Mapping.of(NormMapping::layer).along(NormMapping::normed)),
          Map.entry("GroupNormalization", NormMapping::group),
          Map.entry("LRN", NormMapping::response));

  private NormMapping() {}

  private static float epsilon(NodeView view) {
    return view.attributes().real("epsilon", 1e-5f);
  }

  static void batch(NodeView view, GraphDraft draft) {
    if (view.attributes().integer("training_mode", 0) != 0
        || view.attributes().integer("spatial", 1) == 0) {
      throw view.node()
          .unsupported("it is in training mode, or has a norm per position; call model.eval()");
    }
    Map<String, float[]> numbers =
        Map.of(
            "scale", view.known(1, "scale").reals(),
            "shift", view.known(2, "shift").reals(),
            "mean", view.known(3, "mean").reals(),
            "variance", view.known(4, "variance").reals());
    var operator = new Normalize(Normalize.Over.BATCH, 0, 1, epsilon(view));
    Value out = draft.node(operator, numbers, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }

  static void instance(NodeView view, GraphDraft draft) {
    Map<String, float[]> numbers = affine(view, 1, 2);
    var operator = new Normalize(Normalize.Over.INSTANCE, 0, 1, epsilon(view));
    Value out = draft.node(operator, numbers, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }

  /** Scale and shift, left out where they do nothing. */
  private static Map<String, float[]> affine(NodeView view, int scale, int shift) {
    Map<String, float[]> numbers = new HashMap<>();
    if (view.has(scale) && !view.known(scale, "scale").all(1)) {
      numbers.put("scale", view.known(scale, "scale").reals());
    }
    if (view.has(shift) && !view.known(shift, "shift").all(0)) {
      numbers.put("shift", view.known(shift, "shift").reals());
    }
    return numbers;
  }

  /** Scale and shift are per group in operator set 18, per channel from 21 on. */
  static void group(NodeView view, GraphDraft draft) {
    int groups = view.size(view.attributes().integer("num_groups", 1));
    int channels = view.shape(0).dim(1);
    Map<String, float[]> numbers = new HashMap<>();
    affine(view, 1, 2).forEach((slot, values) -> numbers.put(slot, perChannel(values, channels)));
    var operator = new Normalize(Normalize.Over.GROUP, 0, groups, epsilon(view));
    Value out = draft.node(operator, numbers, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }

  private static float[] perChannel(float[] values, int channels) {
    if (values.length == channels || values.length == 0 || channels % values.length != 0) {
      return values;
    }
    float[] each = new float[channels];
    for (int c = 0; c < channels; c++) {
      each[c] = values[c / (channels / values.length)];
    }
    return each;
  }

  /** The axes of a layer norm. */
  static List<Integer> normed(NodeView view) {
    return IntStream.range(view.axis(-1, view.rank(0)), view.rank(0)).boxed().toList();
  }

  static void layer(NodeView view, GraphDraft draft) {
    int axis = view.axis(-1, view.rank(0));
    Layout layout = draft.layout(view, 0);
    for (int kept = axis; kept < view.rank(0); kept++) {
      layout = layout.keeping(kept);
    }
    Map<String, float[]> numbers = new HashMap<>();
    Shape normal = new Shape(view.shape(0).dims().subList(axis, view.rank(0)));
    affine(view, 1, 2)
        .forEach((slot, values) -> numbers.put(slot, repeated(values, normal.size())));
    var operator = new Normalize(Normalize.Over.LAYER, layout.axis(axis), 1, epsilon(view));
    Value out = draft.node(operator, numbers, draft.value(view, 0, layout));
    draft.give(view, 0, out, layout);
    if (!view.node().output(1).isEmpty() || !view.node().output(2).isEmpty()) {
      statistics(view, draft, layout, axis);
    }
  }

  /** Mean and 1/√(variance + ε), which exporters name as outputs too. */
  private static void statistics(NodeView view, GraphDraft draft, Layout layout, int first) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = first; axis < view.rank(0); axis++) {
      axes.add(layout.axis(axis));
    }
    Value x = draft.value(view, 0, layout);
    Value mean = draft.node(new Reduce(Reduce.To.MEAN, axes, true), x);
    Value off = draft.node(new Combine(Combine.By.SUBTRACT), x, mean);
    Value square = draft.node(new Combine(Combine.By.MULTIPLY), off, off);
    Value variance = draft.node(new Reduce(Reduce.To.MEAN, axes, true), square);
    Value shifted = draft.node(ActivationMapping.scale(1, epsilon(view)), variance);
    Value deviation = draft.node(Activation.of(Activation.Function.SQRT), shifted);
    Value number = draft.constant(Tensor.reals(Shape.of(), 1f), Shape.of(), false, -1);
    Value inverse = draft.node(new Combine(Combine.By.DIVIDE), number, deviation);
    for (int output = 1; output <= 2; output++) {
      if (!view.node().output(output).isEmpty()) {
        Layout kept = layout.like(draft.shape(view, output));
        draft.give(view, output, output == 1 ? mean : inverse, kept);
      }
    }
  }

  private static float[] repeated(float[] values, int size) {
    if (values.length != 1) {
      return values;
    }
    float[] all = new float[size];
    Arrays.fill(all, values[0]);
    return all;
  }

  static void response(NodeView view, GraphDraft draft) {
    var operator =
        new LocalResponse(
            view.size(view.attributes().integer("size", 1)),
            view.attributes().real("alpha", 1e-4f),
            view.attributes().real("beta", 0.75f),
            view.attributes().real("bias", 1));
    Value out = draft.node(operator, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }
}
