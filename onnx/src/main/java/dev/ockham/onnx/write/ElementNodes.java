package dev.ockham.onnx.write;

import dev.ockham.onnx.FunctionNames;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.PRelu;
import java.util.ArrayList;
import java.util.List;

/** Functions of each number, and of two of them. */
final class ElementNodes {
  private ElementNodes() {}

  /** A function without a case here has no settings, and is one operator of the same name. */
  static String activation(Activation activation, NodeWriter node) {
    String x = node.in(0);
    float a = activation.first();
    float b = activation.second();
    return switch (activation.function()) {
      case CLIP -> node.step("Clip", List.of(x, node.number("min", a), node.number("max", b)));
      case LEAKY_RELU -> node.step("LeakyRelu", List.of(x), Attributes.real("alpha", a));
      case ELU -> node.step("Elu", List.of(x), Attributes.real("alpha", a));
      case GELU -> gelu(x, node);
      case GELU_TANH -> geluTanh(x, node);
      case SILU -> node.step("Mul", List.of(x, node.step("Sigmoid", List.of(x))));
      case MISH -> {
        String softplus = node.step("Softplus", List.of(x));
        yield node.step("Mul", List.of(x, node.step("Tanh", List.of(softplus))));
      }
      case HARD_SIGMOID ->
          node.step(
              "HardSigmoid", List.of(x), Attributes.real("alpha", a), Attributes.real("beta", b));
      case THRESHOLD -> node.step("ThresholdedRelu", List.of(x), Attributes.real("alpha", a));
      case SHRINK ->
          node.step("Shrink", List.of(x), Attributes.real("lambd", a), Attributes.real("bias", b));
      case SCALE -> {
        String scaled = node.step("Mul", List.of(x, node.number("factor", a)));
        yield b == 0 ? scaled : node.step("Add", List.of(scaled, node.number("shift", b)));
      }
      default -> {
        String name = FunctionNames.of(activation.function());
        if (FunctionNames.ALL.get(name) != activation.function()) {
          throw new IllegalStateException(name + " has settings, which want a case here");
        }
        yield node.step(name, List.of(x));
      }
    };
  }

  /** x / √2, Erf, + 1, · x, · ½: the form that runtimes know and fuse. */
  private static String gelu(String x, NodeWriter node) {
    String inner = node.step("Div", List.of(x, node.number("root_2", (float) Math.sqrt(2))));
    String erf = node.step("Erf", List.of(inner));
    String above = node.step("Add", List.of(erf, node.number("one", 1)));
    String product = node.step("Mul", List.of(x, above));
    return node.step("Mul", List.of(product, node.number("half", 0.5f)));
  }

  private static String geluTanh(String x, NodeWriter node) {
    String square = node.step("Mul", List.of(x, x));
    String cube = node.step("Mul", List.of(square, x));
    String bent = node.step("Mul", List.of(cube, node.number("bend", 0.044715f)));
    String sum = node.step("Add", List.of(x, bent));
    float factor = (float) Math.sqrt(2 / Math.PI);
    String inner = node.step("Mul", List.of(sum, node.number("factor", factor)));
    String above =
        node.step("Add", List.of(node.step("Tanh", List.of(inner)), node.number("one", 1)));
    String half = node.step("Mul", List.of(x, node.number("half", 0.5f)));
    return node.step("Mul", List.of(half, above));
  }

  static String prelu(PRelu prelu, NodeWriter node) {
    String slope =
        prelu.axis() < 0
            ? node.parameter("slope")
            : node.alongAxis("slope", prelu.axis(), node.shape(0));
    return node.step("PRelu", List.of(node.in(0), slope));
  }

  static String combine(Combine combine, NodeWriter node) {
    String type =
        switch (combine.by()) {
          case ADD -> "Add";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          case DIVIDE -> "Div";
          case MINIMUM -> "Min";
          case MAXIMUM -> "Max";
          case POWER -> "Pow";
        };
    return node.step(type, List.of(aligned(0, node), aligned(1, node)));
  }

  /** A value with axes of one behind the batch, where it has fewer than the result. */
  private static String aligned(int input, NodeWriter node) {
    int missing = node.out().rank() - node.shape(input).rank();
    if (missing == 0 || node.fixed(input)) {
      return node.in(input);
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis = 1; axis <= missing; axis++) {
      axes.add(axis);
    }
    return node.step("Unsqueeze", List.of(node.in(input), node.wholes("axes", axes)));
  }

  static String lengthMask(LengthMask mask, NodeWriter node) {
    String length = node.reshape(node.in(0), List.of(1));
    List<Integer> steps = new ArrayList<>();
    float[] numbers = new float[mask.steps()];
    for (int step = 0; step < mask.steps(); step++) {
      steps.add(step);
      numbers[step] = step;
    }
    String all =
        node.whole(0)
            ? node.wholes("steps", steps)
            : node.numbers("steps", new long[] {mask.steps()}, numbers);
    String real = node.step("Less", List.of(all, length));
    return node.step(
        "Where",
        List.of(real, node.number("within", mask.within()), node.number("beyond", mask.beyond())));
  }
}
