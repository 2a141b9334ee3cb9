package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** The nodes that one node is written as; each is folded as soon as it is there. */
final class NodePieces {
  private final NodeView view;
  private final Map<String, Tensor> constants;
  private final Map<String, ValueType> types;
  private final Set<String> names;
  private final Room room;
  private final Consumer<NodeView> folding;

  /**
   * None yet.
   *
   * @param view the node that they stand for
   * @param constants known numbers, to which those of the pieces are added
   * @param types kinds and shapes of all values so far, to which theirs are added
   * @param names names of all values of the program, which theirs must not be
   * @param room how many numbers may still be made
   * @param folding what becomes of a piece
   */
  NodePieces(
      NodeView view,
      Map<String, Tensor> constants,
      Map<String, ValueType> types,
      Set<String> names,
      Room room,
      Consumer<NodeView> folding) {
    this.view = view;
    this.constants = constants;
    this.types = types;
    this.names = names;
    this.room = room;
    this.folding = folding;
  }

  /** A name that no value has. */
  private String free(String label) {
    String wanted = view.node().name() + "/" + label;
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Numbers that the pieces read, and the name of their value. */
  String constant(String label, Tensor tensor) {
    String name = free(label);
    constants.put(name, tensor);
    types.put(name, tensor.valueType());
    return name;
  }

  /** Asks for room for numbers of a constant, before they are made. */
  void take(long numbers) {
    room.take(view, numbers);
  }

  /** A single number. */
  String number(String label, double value) {
    return constant(label, Tensor.reals(Shape.of(), (float) value));
  }

  /** Whole numbers. */
  String wholes(String label, long... values) {
    return constant(label, Tensor.vector(values));
  }

  /** A piece, and the name of what it gives. */
  String node(String label, String operator, String... reads) {
    return node(label, operator, Map.of(), reads);
  }

  /** A piece with settings. */
  String node(String label, String operator, Map<String, Object> settings, String... reads) {
    String output = free(label);
    fold(output, output, operator, settings, reads);
    return output;
  }

  /** The piece that gives an output of the node itself. */
  void give(int output, String operator, Map<String, Object> settings, String... reads) {
    fold(view.node().name(), view.node().output(output), operator, settings, reads);
  }

  private void fold(
      String name, String output, String operator, Map<String, Object> settings, String... reads) {
    var node =
        new OnnxNode(
            name,
            operator,
            List.of(reads),
            List.of(output),
            new Attributes(settings),
            view.opset());
    folding.accept(new NodeView(node, constants, types));
  }

  /** The value with its axes in another order. */
  String transpose(String label, String value, long... order) {
    return node(label, "Transpose", Map.of("perm", longs(order)), value);
  }

  /** The value under other sizes; 0 is a size that stays. */
  String reshape(String label, String value, long... sizes) {
    return node(label, "Reshape", value, wholes(label + "_sizes", sizes));
  }

  /** Whole numbers as a setting. */
  static List<Long> longs(long... values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Kind and shape of a value. */
  ValueType type(String value) {
    return Objects.requireNonNull(types.get(value), value);
  }
}
