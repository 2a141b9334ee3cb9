package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Activations that are written as products: GELU in both forms, SiLU, Mish and hard swish, in any
 * order of their factors.
 */
final class ActivationPattern implements Pattern {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  /** What the value of a factor is of x. */
  private record Factor(String operator, String x, double coefficient, Attributes settings) {}

  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    if (!last.operator().equals("Mul") && !last.operator().equals("Div")) {
      return null;
    }
    for (String value : Product.of(last, index, "").factors()) {
      Factor factor = factor(value, index);
      if (factor != null
          && Product.of(last, index, factor.x()).is(factor.coefficient(), factor.x(), value)) {
        return last.as(factor.operator(), List.of(factor.x()), factor.settings());
      }
    }
    return null;
  }

  private static @Nullable Factor factor(String value, ProgramIndex index) {
    OnnxNode sigmoid = index.giver(value, "Sigmoid");
    if (sigmoid != null) {
      return new Factor("Swish", sigmoid.input(0), 1, Attributes.NONE);
    }
    OnnxNode tanh = index.giver(value, "Tanh");
    OnnxNode softplus = tanh == null ? null : index.giver(tanh.input(0), "Softplus");
    if (softplus != null) {
      return new Factor("Mish", softplus.input(0), 1, Attributes.NONE);
    }
    Factor hard = hard(value, index);
    return hard == null ? gelu(value, index) : hard;
  }

  private static @Nullable Factor hard(String value, ProgramIndex index) {
    OnnxNode sigmoid = index.giver(value, "HardSigmoid");
    if (sigmoid != null
        && ProgramIndex.near(sigmoid.attributes().real("alpha", 0.2f), 1.0 / 6)
        && ProgramIndex.near(sigmoid.attributes().real("beta", 0.5f), 0.5)) {
      return new Factor("HardSwish", sigmoid.input(0), 1, Attributes.NONE);
    }
    OnnxNode clip = index.giver(value, "Clip");
    if (clip == null
        || !(clip.attributes().real("min", 1) == 0 || index.scalar(clip.input(1)) == 0)
        || !(clip.attributes().real("max", 0) == 6 || index.scalar(clip.input(2)) == 6)) {
      return null;
    }
    String x = plus(clip.input(0), 3, index);
    return x == null ? null : new Factor("HardSwish", x, 1.0 / 6, Attributes.NONE);
  }

  /** What a number is added to; null if the value is no such sum. */
  private static @Nullable String plus(String value, double number, ProgramIndex index) {
    OnnxNode add = index.giver(value, "Add");
    if (add == null) {
      return null;
    }
    if (index.isNear(add.input(1), number)) {
      return add.input(0);
    }
    return index.isNear(add.input(0), number) ? add.input(1) : null;
  }

  /** One plus erf or tanh of what GELU takes them of. */
  private static @Nullable Factor gelu(String value, ProgramIndex index) {
    String inner = plus(value, 1, index);
    if (inner == null) {
      return null;
    }
    OnnxNode erf = index.giver(inner, "Erf");
    if (erf != null) {
      Product scaled = Product.scaled(erf.input(0), index);
      return ProgramIndex.near(scaled.coefficient(), SQRT_HALF)
          ? new Factor("Gelu", scaled.factors().get(0), 0.5, Attributes.NONE)
          : null;
    }
    OnnxNode tanh = index.giver(inner, "Tanh");
    if (tanh == null) {
      return null;
    }
    Product scaled = Product.scaled(tanh.input(0), index);
    String x = cubic(scaled.factors().get(0), index);
    return x != null && ProgramIndex.near(scaled.coefficient(), SQRT_2_OVER_PI)
        ? new Factor("Gelu", x, 0.5, new Attributes(Map.of("approximate", "tanh")))
        : null;
  }

  /** The x of x + 0.044715 x³; null if the value is no such sum. */
  private static @Nullable String cubic(String value, ProgramIndex index) {
    OnnxNode add = index.giver(value, "Add");
    if (add == null) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      String x = add.input(i);
      Product term = Product.scaled(add.input(1 - i), index);
      if (ProgramIndex.near(term.coefficient(), CUBIC) && isCube(term.factors().get(0), x, index)) {
        return x;
      }
    }
    return null;
  }

  private static boolean isCube(String value, String x, ProgramIndex index) {
    OnnxNode power = index.giver(value, "Pow");
    if (power != null) {
      return power.input(0).equals(x) && index.isNear(power.input(1), 3);
    }
    OnnxNode times = index.giver(value, "Mul");
    return times != null
        && Product.of(times, index, x).factors().equals(List.of(x, x, x))
        && ProgramIndex.near(Product.of(times, index, x).coefficient(), 1);
  }
}
