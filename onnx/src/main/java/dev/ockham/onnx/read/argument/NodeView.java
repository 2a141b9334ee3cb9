package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node with what is known of the values it reads.
 *
 * @param node the node
 * @param constants values that are known
 * @param types kinds and shapes of all values before it
 */
public record NodeView(OnnxNode node, Map<String, Tensor> constants, Map<String, ValueType> types) {

  /** The node's settings. */
  public Attributes attributes() {
    return node.attributes();
  }

  /** Version of the operator set. */
  public int opset() {
    return node.opset();
  }

  /** Whether an input is there. */
  public boolean has(int input) {
    return !node.input(input).isEmpty();
  }

  /** How many inputs there are, those left out in between counted. */
  public int inputs() {
    return node.inputs().size();
  }

  /** Kind and shape of an input. */
  public ValueType type(int input) {
    ValueType type = types.get(node.input(input));
    if (type == null) {
      throw new MalformedOnnxException(node, "it lacks its input " + (input + 1));
    }
    return type;
  }

  /** Shape of an input. */
  public Shape shape(int input) {
    return type(input).shape();
  }

  /** Number of axes of an input. */
  public int rank(int input) {
    return shape(input).rank();
  }

  /** Kind of numbers of an input. */
  public ElementType element(int input) {
    return type(input).type();
  }

  /** Numbers of an input that is known; null if it is left out, or differs between examples. */
  public @Nullable Tensor constant(int input) {
    return has(input) ? constants.get(node.input(input)) : null;
  }

  /**
   * Numbers of an input that must be known.
   *
   * @param what what it is, for the message
   */
  public Tensor known(int input, String what) {
    Tensor found = constant(input);
    if (found == null) {
      type(input);
      throw node.unsupported(
          "its "
              + what
              + " is computed from the example; a graph of ours has fixed ones: export with fixed"
              + " shapes");
    }
    return found;
  }

  /** Whole numbers of an attribute or else of an input; null where neither is there. */
  public long @Nullable [] integers(String attribute, int input) {
    long[] own = attributes().integers(attribute);
    if (own != null || !has(input)) {
      return own;
    }
    return known(input, attribute).integers();
  }

  /** An axis of an input, counted from the first. */
  public int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new MalformedOnnxException(
          node, "its axis " + axis + " is none of the " + rank + " of its input");
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** The attribute {@code axis}, counted from the first. */
  public int axis(int otherwise, int rank) {
    return axis(attributes().integer("axis", otherwise), rank);
  }

  /** Axes of an input in ascending order, each once. */
  public List<Integer> axes(long[] axes, int rank) {
    List<Integer> sorted = new ArrayList<>();
    for (long axis : axes) {
      int counted = axis(axis, rank);
      if (sorted.contains(counted)) {
        throw new MalformedOnnxException(node, "its axis " + axis + " is there twice");
      }
      sorted.add(counted);
    }
    sorted.sort(null);
    return sorted;
  }

  /** A size as an int; refuses what is too large or below 0. */
  public int size(long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new MalformedOnnxException(node, "a size is " + value);
    }
    return (int) value;
  }
}
