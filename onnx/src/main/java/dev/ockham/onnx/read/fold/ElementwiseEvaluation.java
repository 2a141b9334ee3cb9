package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.FunctionNames;
import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Shape;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Constants computed number by number, floats in double and then rounded. */
final class ElementwiseEvaluation {
  private ElementwiseEvaluation() {}

  /** Output of a node of which all inputs are known; null if it is none of these. */
  static @Nullable Tensor of(NodeView view, Room room) {
    String operator = view.node().operator();
    DoubleUnaryOperator unary = unary(operator);
    if (unary != null) {
      return each(view, unary, room);
    }
    if (binary(operator) != null) {
      Tensor result = view.known(0, "input");
      for (int i = 1; i < view.inputs(); i++) {
        result = pair(view, result, view.known(i, "input"), room);
      }
      if (operator.equals("Mean")) {
        float[] sums = result.reals().clone();
        for (int i = 0; i < sums.length; i++) {
          sums[i] /= view.inputs();
        }
        return Tensor.reals(result.shape(), sums);
      }
      return result;
    }
    return switch (operator) {
      case "Cast" -> cast(view, room);
      case "Where" -> where(view, room);
      default -> null;
    };
  }

  private static @Nullable DoubleUnaryOperator unary(String operator) {
    return switch (operator) {
      case "Neg" -> x -> -x;
      case "Abs" -> Math::abs;
      case "Not" -> x -> x == 0 ? 1 : 0;
      case "Floor" -> Math::floor;
      case "Ceil" -> Math::ceil;
      case "Round" -> Math::rint;
      case "Sign" -> Math::signum;
      case "Reciprocal" -> x -> 1 / x;
      default -> {
        Function function = FunctionNames.ALL.get(operator);
        yield function == null ? null : x -> function.of(x, 0, 0);
      }
    };
  }

  private static @Nullable DoubleBinaryOperator binary(String operator) {
    return switch (operator) {
      case "Add", "Sum", "Mean" -> (x, y) -> x + y;
      case "Sub" -> (x, y) -> x - y;
      case "Mul" -> (x, y) -> x * y;
      case "Div" -> (x, y) -> x / y;
      case "Pow" -> Math::pow;
      case "Mod" -> (x, y) -> x % y;
      case "Min" -> Math::min;
      case "Max" -> Math::max;
      case "Equal" -> (x, y) -> x == y ? 1 : 0;
      case "Less" -> (x, y) -> x < y ? 1 : 0;
      case "LessOrEqual" -> (x, y) -> x <= y ? 1 : 0;
      case "Greater" -> (x, y) -> x > y ? 1 : 0;
      case "GreaterOrEqual" -> (x, y) -> x >= y ? 1 : 0;
      case "And" -> (x, y) -> x != 0 && y != 0 ? 1 : 0;
      case "Or" -> (x, y) -> x != 0 || y != 0 ? 1 : 0;
      case "Xor" -> (x, y) -> x != 0 ^ y != 0 ? 1 : 0;
      default -> null;
    };
  }

  /** Whole numbers where doubles would lose digits or divide otherwise. */
  private static LongBinaryOperator whole(NodeView view, DoubleBinaryOperator otherwise) {
    return switch (view.node().operator()) {
      case "Add", "Sum" -> (x, y) -> x + y;
      case "Sub" -> (x, y) -> x - y;
      case "Mul" -> (x, y) -> x * y;
      case "Div" -> (x, y) -> x / y;
      case "Mod" -> view.attributes().integer("fmod", 0) != 0 ? (x, y) -> x % y : Math::floorMod;
      case "Min" -> Math::min;
      case "Max" -> Math::max;
      case "Equal" -> (x, y) -> x == y ? 1 : 0;
      default -> (x, y) -> (long) otherwise.applyAsDouble((double) x, (double) y);
    };
  }

  private static boolean compares(String operator) {
    return switch (operator) {
      case "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not" ->
          true;
      default -> false;
    };
  }

  private static Tensor each(NodeView view, DoubleUnaryOperator function, Room room) {
    Tensor x = view.known(0, "input");
    room.take(view, x.size());
    if (x.isReal()) {
      float[] from = x.reals();
      float[] to = new float[from.length];
      for (int i = 0; i < to.length; i++) {
        to[i] = (float) function.applyAsDouble(from[i]);
      }
      return Tensor.reals(x.shape(), to);
    }
    long[] from = x.integers();
    long[] to = new long[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = (long) function.applyAsDouble((double) from[i]);
    }
    return x.withType(x.shape(), to);
  }

  private static Tensor pair(NodeView view, Tensor x, Tensor y, Room room) {
    Shape out = ShapeArguments.broadcast(view, x.shape(), y.shape());
    room.take(view, 2L * out.size());
    String operator = view.node().operator();
    DoubleBinaryOperator function = binary(operator);
    if (function == null) {
      throw new MalformedOnnxException(view.node(), "it is no operator of two numbers");
    }
    int[] left = Places.stretched(x.shape(), out);
    int[] right = Places.stretched(y.shape(), out);
    if (x.isReal() || y.isReal()) {
      float[] a = x.reals();
      float[] b = y.reals();
      float[] to = new float[out.size()];
      for (int i = 0; i < to.length; i++) {
        to[i] = (float) function.applyAsDouble(a[left[i]], b[right[i]]);
      }
      Tensor reals = Tensor.reals(out, to);
      return compares(operator) ? Tensor.booleans(out, reals.integers()) : reals;
    }
    long[] a = x.integers();
    long[] b = y.integers();
    LongBinaryOperator exact = whole(view, function);
    long[] to = new long[out.size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = exact.applyAsLong(a[left[i]], b[right[i]]);
    }
    return compares(operator) ? Tensor.booleans(out, to) : x.withType(out, to);
  }

  private static Tensor cast(NodeView view, Room room) {
    Tensor x = view.known(0, "input");
    ElementType to = ShapeInference.CastTarget.of(view);
    if (to == x.type()) {
      return x;
    }
    room.take(view, x.size());
    return switch (to) {
      case REAL -> Tensor.reals(x.shape(), x.reals());
      case INTEGER -> Tensor.integers(x.shape(), x.integers());
      case BOOLEAN -> {
        float[] from = x.reals();
        long[] truth = new long[from.length];
        for (int i = 0; i < truth.length; i++) {
          truth[i] = from[i] == 0 ? 0 : 1;
        }
        yield Tensor.booleans(x.shape(), truth);
      }
    };
  }

  private static Tensor where(NodeView view, Room room) {
    Tensor condition = view.known(0, "condition");
    Tensor x = view.known(1, "input");
    Tensor y = view.known(2, "input");
    Shape out = ShapeInference.of(view).get(0).shape();
    room.take(view, 4L * out.size());
    long[] truth = condition.integers();
    int[] asked = Places.stretched(condition.shape(), out);
    int[] left = Places.stretched(x.shape(), out);
    int[] right = Places.stretched(y.shape(), out);
    if (x.isReal()) {
      float[] a = x.reals();
      float[] b = y.reals();
      float[] to = new float[out.size()];
      for (int i = 0; i < to.length; i++) {
        to[i] = truth[asked[i]] != 0 ? a[left[i]] : b[right[i]];
      }
      return Tensor.reals(out, to);
    }
    long[] a = x.integers();
    long[] b = y.integers();
    long[] to = new long[out.size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = truth[asked[i]] != 0 ? a[left[i]] : b[right[i]];
    }
    return x.withType(out, to);
  }
}
