package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One number for the steps before a length and another from it on: the form a mask goes out in. */
public final class LengthMaskPattern implements Pattern {
  /** What the node is called that becomes of it; not an operator of ONNX. */
  public static final String OPERATOR = "LengthMask";

  /** The attribute with the number of steps. */
  public static final String STEPS = "steps";

  /** The number of steps before the length. */
  public static final String WITHIN = "within";

  /** The number of steps from it on. */
  public static final String BEYOND = "beyond";

  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    OnnxNode less = last.operator().equals("Where") ? index.giver(last.input(0), "Less") : null;
    if (less == null) {
      return null;
    }
    double within = index.number(last.input(1));
    double beyond = index.number(last.input(2));
    Tensor steps = index.constant(less.input(0));
    OnnxNode column = index.giver(less.input(1), "Reshape");
    String length = column == null ? less.input(1) : column.input(0);
    if (!Double.isFinite(within)
        || !Double.isFinite(beyond)
        || steps == null
        || steps.shape().rank() != 1
        || !counts(steps)
        || index.constant(length) != null
        || index.shape(length).size() != 1) {
      return null;
    }
    return last.as(
        OPERATOR,
        List.of(length),
        new Attributes(
            Map.of(STEPS, (long) steps.size(), WITHIN, (float) within, BEYOND, (float) beyond)));
  }

  /** Whether they are 0, 1, 2 and so on. */
  private static boolean counts(Tensor steps) {
    float[] numbers = steps.reals();
    for (int step = 0; step < numbers.length; step++) {
      if (numbers[step] != step) {
        return false;
      }
    }
    return numbers.length > 0;
  }
}
