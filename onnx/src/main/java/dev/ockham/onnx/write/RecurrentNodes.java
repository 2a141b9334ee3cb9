package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Recurrent layers: the batch behind the steps, as the one layout that runtimes have wants it, and
 * the gates in ONNX's order.
 */
final class RecurrentNodes {
  private RecurrentNodes() {}

  static String write(Recurrent layer, NodeWriter node) {
    Shape x = node.shape(0);
    if (x.dim(0) == 0) {
      return node.filled(0);
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(stepsFirst(node));
    inputs.add(weights(layer, node, "weight_ih", Math.max(1, x.dim(1))));
    inputs.add(weights(layer, node, "weight_hh", layer.hidden()));
    inputs.add(biases(layer, node));
    inputs.add(node.inputs() == 2 ? lengths(node) : "");
    while (inputs.getLast().isEmpty()) {
      inputs.removeLast();
    }
    AttributeProto[] attributes = attributes(layer);
    String type = type(layer);
    if (layer.last()) {
      return squeeze(node, node.second(type, inputs, attributes), 0);
    }
    String steps = squeeze(node, node.step(type, inputs, attributes), 1);
    return node.step("Transpose", List.of(steps), Attributes.numbers("perm", List.of(1, 0, 2)));
  }

  /** From batch, steps, features to steps, batch, features; a feature of zeros if there is none. */
  private static String stepsFirst(NodeWriter node) {
    Shape x = node.shape(0);
    String value = node.in(0);
    if (x.dim(1) == 0) {
      value =
          node.step("Pad", List.of(value, node.wholes("one_feature", List.of(0, 0, 0, 0, 0, 1))));
    }
    return node.step("Transpose", List.of(value), Attributes.numbers("perm", List.of(1, 0, 2)));
  }

  /** Steps of each example, within 0 and all, as the INT32 that recurrent operators take. */
  private static String lengths(NodeWriter node) {
    String value = node.in(1);
    if (node.shape(1).rank() > 0) {
      value = node.reshape(value, List.of());
    }
    int steps = node.shape(0).dim(0);
    if (node.whole(1)) {
      value =
          node.step("Clip", List.of(value, node.whole("no_step", 0), node.whole("steps", steps)));
    } else {
      value = node.step("Ceil", List.of(value));
      value =
          node.step("Clip", List.of(value, node.number("no_step", 0), node.number("steps", steps)));
    }
    return ProductNodes.cast(node, value, TensorProto.DataType.INT32_VALUE);
  }

  private static String squeeze(NodeWriter node, String value, int axis) {
    return node.step("Squeeze", List.of(value, node.wholes("direction", List.of(axis))));
  }

  private static String type(Recurrent layer) {
    return switch (layer.cell()) {
      case LSTM -> "LSTM";
      case GRU, GRU_RESET_FIRST -> "GRU";
      case TANH, RELU -> "RNN";
    };
  }

  private static AttributeProto[] attributes(Recurrent layer) {
    List<AttributeProto> all = new ArrayList<>();
    all.add(Attributes.number("hidden_size", layer.hidden()));
    all.add(Attributes.text("direction", layer.reverse() ? "reverse" : "forward"));
    switch (layer.cell()) {
      case LSTM -> {}
      case GRU -> all.add(Attributes.number("linear_before_reset", 1));
      case GRU_RESET_FIRST -> all.add(Attributes.number("linear_before_reset", 0));
      case TANH -> all.add(Attributes.texts("activations", "Tanh"));
      case RELU -> all.add(Attributes.texts("activations", "Relu"));
    }
    return all.toArray(AttributeProto[]::new);
  }

  /** For each gate in ONNX's order, its place in Ockham's, which is PyTorch's. */
  private static int[] gates(Recurrent.Cell cell) {
    return switch (cell) {
      case LSTM -> new int[] {0, 3, 1, 2}; // i, o, f, c of i, f, g, o
      case GRU, GRU_RESET_FIRST -> new int[] {1, 0, 2}; // z, r, h of r, z, n
      case TANH, RELU -> new int[] {0};
    };
  }

  private static String weights(Recurrent layer, NodeWriter node, String slot, int columns) {
    int rows = layer.cell().gates() * layer.hidden();
    return node.changed(
        slot,
        "gates",
        new long[] {1, rows, columns},
        numbers ->
            numbers.length == 0 ? new float[rows * columns] : reordered(numbers, layer, columns));
  }

  private static float[] reordered(float[] numbers, Recurrent layer, int columns) {
    int[] gates = gates(layer.cell());
    int block = layer.hidden() * columns;
    float[] result = new float[numbers.length];
    for (int gate = 0; gate < gates.length; gate++) {
      System.arraycopy(numbers, gates[gate] * block, result, gate * block, block);
    }
    return result;
  }

  /** Both biases behind each other, which is one input; nothing if there is none. */
  private static String biases(Recurrent layer, NodeWriter node) {
    if (!node.has("bias_ih") && !node.has("bias_hh")) {
      return "";
    }
    int rows = layer.cell().gates() * layer.hidden();
    float[] both = new float[2 * rows];
    int place = 0;
    for (String slot : List.of("bias_ih", "bias_hh")) {
      if (node.has(slot)) {
        System.arraycopy(reordered(node.read(slot), layer, 1), 0, both, place, rows);
      }
      place += rows;
    }
    return node.numbers("bias", new long[] {1, 2L * rows}, both);
  }
}
