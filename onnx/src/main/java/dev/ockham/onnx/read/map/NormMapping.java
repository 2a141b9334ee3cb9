package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** BatchNormalization, LayerNormalization, InstanceNormalization, GroupNormalization and LRN. */
final class NormMapping {
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
      moments(view, draft, layout, axis);
    }
  }

  /** Mean and inverse deviation, which training reads. */
  private static void moments(NodeView view, GraphDraft draft, Layout layout, int axis) {
    List<Integer> axes = new ArrayList<>();
    for (int each = axis; each < view.rank(0); each++) {
      axes.add(layout.axis(each));
    }
    Value x = draft.value(view, 0, layout);
    var reduce = new Reduce(Reduce.To.MEAN, axes, true);
    Value mean = draft.node(reduce, x);
    Value centred = draft.node(new Combine(Combine.By.SUBTRACT), x, mean);
    Value squares = draft.node(new Combine(Combine.By.MULTIPLY), centred, centred);
    Value variance =
        draft.node(ActivationMapping.scale(1, epsilon(view)), draft.node(reduce, squares));
    Value deviation = draft.node(Activation.of(Activation.Function.SQRT), variance);
    Value one = draft.constant(Tensor.reals(Shape.of(), 1f), Shape.of(), false, -1);
    Value inverse = draft.node(new Combine(Combine.By.DIVIDE), one, deviation);
    for (int output = 1; output <= 2; output++) {
      if (!view.node().output(output).isEmpty()) {
        draft.give(
            view, output, output == 1 ? mean : inverse, layout.like(draft.shape(view, output)));
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

  /** x / (k + α/n · Σ x²)^β over n neighbouring channels: channels pooled as positions. */
  static void response(NodeView view, GraphDraft draft) {
    int size = view.size(view.attributes().integer("size", 1));
    float alpha = view.attributes().real("alpha", 1e-4f);
    float beta = view.attributes().real("beta", 0.75f);
    float bias = view.attributes().real("bias", 1);
    Value x = draft.example(view, 0);
    int channels = x.shape().dim(0);
    int places = x.shape().product(1, x.shape().rank());
    Value squares = draft.node(new Combine(Combine.By.MULTIPLY), x, x);
    Value flat = draft.reshaped(squares, Shape.of(channels, places));
    Value turned = draft.node(new Permute(List.of(1, 0)), flat);
    int before = (size - 1) / 2;
    var window =
        new Window(
            List.of(size), List.of(1), List.of(before), List.of(size - 1 - before), List.of(1));
    Value means = draft.node(new Pool(Pool.Of.AVERAGE, window, false, true), turned);
    Value back = draft.node(new Permute(List.of(1, 0)), means);
    Value sums = draft.node(ActivationMapping.scale(alpha, bias), back);
    Value exponent = draft.constant(Tensor.reals(Shape.of(), beta), Shape.of(), false, -1);
    Value powers = draft.node(new Combine(Combine.By.POWER), sums, exponent);
    Value out = draft.node(new Combine(Combine.By.DIVIDE), x, draft.reshaped(powers, x.shape()));
    draft.give(view, 0, out, Layout.without(Objects.requireNonNull(draft.shape(view, 0)), 0));
  }
}
