package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who gives each value, and how often it is read; patterns look backwards through it. */
final class ProgramIndex {
  private final TypedProgram typed;
  private final Map<String, OnnxNode> givers;
  private final Map<String, Integer> reads;

  ProgramIndex(TypedProgram typed) {
    this.typed = typed;
    givers = typed.program().givers();
    reads = typed.program().reads();
  }

  /** The node that gives a value, if it is of the operator; else null. */
  @Nullable OnnxNode giver(String value, String operator) {
    OnnxNode giver = givers.get(value);
    return giver != null && giver.operator().equals(operator) ? giver : null;
  }

  /** A node has become another one. */
  void replace(OnnxNode node) {
    node.outputs().forEach(output -> givers.put(output, node));
  }

  /** Whether a value is read once alone. */
  boolean readOnce(String value) {
    return reads.getOrDefault(value, 0) == 1;
  }

  /** Numbers of a constant; null for any other value. */
  @Nullable Tensor constant(String value) {
    return typed.program().constants().get(value);
  }

  /** A constant of one number; NaN for any other value. */
  double scalar(String value) {
    Tensor tensor = constant(value);
    return tensor != null && tensor.size() == 1 && tensor.isReal() ? tensor.reals()[0] : Double.NaN;
  }

  /** A constant of one number, real or whole; NaN for any other value. */
  double number(String value) {
    Tensor tensor = constant(value);
    if (tensor == null || tensor.size() != 1) {
      return Double.NaN;
    }
    return tensor.isReal() ? tensor.reals()[0] : tensor.integers()[0];
  }

  /** Whether a value is a constant of one number near another. */
  boolean isNear(String value, double number) {
    return near(scalar(value), number);
  }

  /** Whether two numbers are equal but for rounding to float. */
  static boolean near(double x, double y) {
    return Math.abs(x - y) <= 1e-6 * Math.max(Math.abs(x), Math.abs(y));
  }

  /** Shape of a value. */
  Shape shape(String value) {
    return type(value).shape();
  }

  /** Whether a value may have a part behind the point. */
  boolean isReal(String value) {
    return type(value).type() == ElementType.REAL;
  }

  private ValueType type(String value) {
    return Objects.requireNonNull(typed.types().get(value), value);
  }

  /** The other input of a node of two, if one of them is the given value; else null. */
  static @Nullable String other(OnnxNode node, String value) {
    if (node.inputs().size() != 2) {
      return null;
    }
    if (node.input(0).equals(value)) {
      return node.input(1);
    }
    return node.input(1).equals(value) ? node.input(0) : null;
  }
}
