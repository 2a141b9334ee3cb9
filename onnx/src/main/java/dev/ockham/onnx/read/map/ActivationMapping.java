package dev.ockham.onnx.read.map;

import dev.ockham.onnx.FunctionNames;
import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Softsign;
import dev.ockham.runtime.graph.Value;
import java.util.HashMap;
import java.util.Map;

/** Functions of each number by itself: Relu, Sigmoid, Clip, Gelu, PRelu and their like. */
final class ActivationMapping {
  /** What a selu multiplies by and its slope (arXiv:1706.02515). */
  private static final float SELU_GAMMA = 1.050701f;

  private static final float SELU_ALPHA = 1.6732632f;

  /** Those that are not a function without settings, under its name. */
  private static final Map<String, Mapping> OTHERS =
      Map.ofEntries(
          Map.entry("LeakyRelu", ActivationMapping::leakyRelu),
          Map.entry("ThresholdedRelu", ActivationMapping::thresholded),
          Map.entry("Shrink", ActivationMapping::shrink),
          Map.entry("Elu", ActivationMapping::elu),
          Map.entry("Selu", ActivationMapping::selu),
          Map.entry("Celu", ActivationMapping::celu),
          Map.entry("HardSigmoid", ActivationMapping::hardSigmoid),
          Map.entry("Gelu", ActivationMapping::gelu),
          Map.entry("Swish", ActivationMapping::swish),
          Map.entry("Softsign", ActivationMapping::softsign),
          Map.entry("Neg", ActivationMapping::negative),
          Map.entry("Abs", ActivationMapping::absolute),
          Map.entry("Reciprocal", ActivationMapping::reciprocal),
          Map.entry("Clip", ActivationMapping::clip),
          Map.entry("PRelu", ActivationMapping::prelu));

  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS = operators();

  private ActivationMapping() {}

  private static Map<String, Mapping> operators() {
    Map<String, Mapping> all = new HashMap<>(OTHERS);
    FunctionNames.ALL.forEach((name, function) -> all.put(name, of(function)));
    return all;
  }

  /** A function without settings. */
  static Mapping of(Function function) {
    return (view, draft) -> map(view, draft, Activation.of(function));
  }

  private static void map(NodeView view, GraphDraft draft, Activation... activations) {
    Value value = draft.value(view, 0);
    for (Activation activation : activations) {
      boolean nothing = activation.equals(scale(1, 0));
      value = nothing ? value : draft.node(activation, value);
    }
    draft.give(view, 0, value, draft.layout(view, 0));
  }

  static Activation scale(float factor, float shift) {
    return new Activation(Function.SCALE, factor, shift);
  }

  static void leakyRelu(NodeView view, GraphDraft draft) {
    float slope = view.attributes().real("alpha", 0.01f);
    map(view, draft, new Activation(Function.LEAKY_RELU, slope, 0));
  }

  static void thresholded(NodeView view, GraphDraft draft) {
    float least = view.attributes().real("alpha", 1);
    map(view, draft, new Activation(Function.THRESHOLD, least, 0));
  }

  static void shrink(NodeView view, GraphDraft draft) {
    Attributes attributes = view.attributes();
    map(
        view,
        draft,
        new Activation(
            Function.SHRINK, attributes.real("lambd", 0.5f), attributes.real("bias", 0)));
  }

  static void elu(NodeView view, GraphDraft draft) {
    map(view, draft, new Activation(Function.ELU, view.attributes().real("alpha", 1), 0));
  }

  static void selu(NodeView view, GraphDraft draft) {
    Attributes attributes = view.attributes();
    map(
        view,
        draft,
        new Activation(Function.ELU, attributes.real("alpha", SELU_ALPHA), 0),
        scale(attributes.real("gamma", SELU_GAMMA), 0));
  }

  /** max(0, x) + min(0, α(exp(x/α) − 1)), which is α · ELU(x/α). */
  static void celu(NodeView view, GraphDraft draft) {
    float alpha = view.attributes().real("alpha", 1);
    map(view, draft, scale(1 / alpha, 0), new Activation(Function.ELU, 1, 0), scale(alpha, 0));
  }

  static void hardSigmoid(NodeView view, GraphDraft draft) {
    Attributes attributes = view.attributes();
    map(
        view,
        draft,
        new Activation(
            Function.HARD_SIGMOID, attributes.real("alpha", 0.2f), attributes.real("beta", 0.5f)));
  }

  static void gelu(NodeView view, GraphDraft draft) {
    boolean tanh = view.attributes().text("approximate", "none").equals("tanh");
    map(view, draft, Activation.of(tanh ? Function.GELU_TANH : Function.GELU));
  }

  /** x·σ(αx). */
  static void swish(NodeView view, GraphDraft draft) {
    float alpha = view.attributes().real("alpha", 1);
    if (alpha == 1) {
      map(view, draft, Activation.of(Function.SILU));
    } else {
      map(view, draft, scale(alpha, 0), Activation.of(Function.SILU), scale(1 / alpha, 0));
    }
  }

  static void negative(NodeView view, GraphDraft draft) {
    map(view, draft, scale(-1, 0));
  }

  /** |x| = max(x, −x). */
  static void absolute(NodeView view, GraphDraft draft) {
    Value x = draft.value(view, 0);
    Value minus = draft.node(scale(-1, 0), x);
    Value larger = draft.node(new Combine(Combine.By.MAXIMUM), x, minus);
    draft.give(view, 0, larger, draft.layout(view, 0));
  }

  static void softsign(NodeView view, GraphDraft draft) {
    draft.give(view, 0, draft.node(new Softsign(), draft.value(view, 0)), draft.layout(view, 0));
  }

  static void reciprocal(NodeView view, GraphDraft draft) {
    Value x = draft.value(view, 0);
    Value one = draft.constant(Tensor.reals(Shape.of(), 1f), Shape.of(), false, -1);
    draft.give(view, 0, draft.node(new Combine(Combine.By.DIVIDE), one, x), draft.layout(view, 0));
  }

  /** Bounds are attributes before operator set 11, inputs from then on. */
  static void clip(NodeView view, GraphDraft draft) {
    float least = bound(view, "min", 1, -Float.MAX_VALUE);
    float most = bound(view, "max", 2, Float.MAX_VALUE);
    if (least == 0 && most == Float.MAX_VALUE) {
      map(view, draft, Activation.of(Function.RELU));
      return;
    }
    map(view, draft, new Activation(Function.CLIP, Math.min(least, most), most));
  }

  private static float bound(NodeView view, String attribute, int input, float otherwise) {
    float bound = view.attributes().real(attribute, otherwise);
    if (view.has(input)) {
      Tensor given = view.known(input, attribute);
      if (given.size() != 1) {
        throw view.node().unsupported("its " + attribute + " has " + given.size() + " numbers");
      }
      bound = given.reals()[0];
    }
    return Math.clamp(bound, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  /** One slope for all, or one for each index of an axis. */
  static void prelu(NodeView view, GraphDraft draft) {
    Tensor slope = view.known(1, "slope");
    Layout layout = draft.layout(view, 0);
    Shape x = view.shape(0);
    if (slope.size() == 1) {
      Value one = draft.node(new PRelu(-1), Map.of("slope", slope.reals()), draft.value(view, 0));
      draft.give(view, 0, one, layout);
      return;
    }
    int shift = x.rank() - slope.shape().rank();
    for (int axis = Math.max(0, shift); axis < x.rank(); axis++) {
      if (slope.shape().dim(axis - shift) == slope.size() && x.dim(axis) == slope.size()) {
        Value all =
            draft.node(
                new PRelu(layout.axis(axis)), Map.of("slope", slope.reals()), draft.value(view, 0));
        draft.give(view, 0, all, layout);
        return;
      }
    }
    slopes(view, draft);
  }

  /** A slope for each number: max(0, x) − s · max(0, −x). */
  private static void slopes(NodeView view, GraphDraft draft) {
    Layout layout = draft.layout(view, 0);
    Value x = draft.value(view, 0);
    Value above = draft.node(Activation.of(Function.RELU), x);
    Value below = draft.node(Activation.of(Function.RELU), draft.node(scale(-1, 0), x));
    Value slope = draft.value(view, 1, layout.aligned(view.shape(1)));
    Value less = draft.node(new Combine(Combine.By.MULTIPLY), below, slope);
    draft.give(view, 0, draft.node(new Combine(Combine.By.SUBTRACT), above, less), layout);
  }
}
