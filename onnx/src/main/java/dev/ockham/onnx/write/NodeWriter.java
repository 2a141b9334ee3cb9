package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.ockham.runtime.graph.Composite;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** One node of a graph on its way into ONNX: what it reads and takes, and the nodes it becomes. */
final class NodeWriter {
  private final ProtoGraph proto;
  private final Graph graph;
  private final Node node;
  private final String name;
  private final List<Shape> shapes;
  private final List<String> read;
  private final boolean inner;

  NodeWriter(ProtoGraph proto, Node node) {
    this(
        proto,
        proto.graph(),
        node,
        node.name(),
        node.inputs().stream().map(value -> read(proto, node, value)).toList(),
        false);
  }

  /** Whole numbers are read as floats, but for tokens and lengths. */
  private static String read(ProtoGraph proto, Node node, String value) {
    return proto.whole(value) && !OnnxWriter.takesWhole(node, value)
        ? proto.floats(value)
        : proto.value(value);
  }

  private NodeWriter(
      ProtoGraph proto, Graph graph, Node node, String name, List<String> read, boolean inner) {
    this.proto = proto;
    this.graph = graph;
    this.node = node;
    this.name = name;
    this.shapes = graph.inputShapes(node);
    this.read = read;
    this.inner = inner;
  }

  /** The node's name; of a node that a composite one is made of, that one's. */
  String name() {
    return name;
  }

  /** Adds the nodes that a composite operator is made of, and gives the name of its value. */
  String inOthers(Composite composite) {
    Graph others = composite.inOthers(shapes);
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < read.size(); i++) {
      values.put(others.inputs().get(i).name(), read.get(i));
    }
    for (Node each : others.nodes()) {
      List<String> reads = each.inputs().stream().map(value -> found(values, value)).toList();
      var writer = new NodeWriter(proto, others, each, name, reads, true);
      values.put(each.name(), OperatorNodes.write(each.operator(), writer));
    }
    return found(values, others.outputs().getFirst());
  }

  private static String found(Map<String, String> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** How many values it reads. */
  int inputs() {
    return shapes.size();
  }

  /** The ONNX name of a value that it reads; of whole numbers as floats, but for {@link #whole}. */
  String in(int index) {
    return read.get(index);
  }

  /** Shape of one example of a value that it reads. */
  Shape shape(int index) {
    return shapes.get(index);
  }

  /** Shape of one example of what it gives. */
  Shape out() {
    return graph.shape(node.name());
  }

  /** Whether it reads a value as whole numbers, INT64. */
  boolean whole(int index) {
    String value = node.inputs().get(index);
    return !inner && proto.whole(value) && OnnxWriter.takesWhole(node, value);
  }

  /** Whether a value that it reads is an initialiser, which has no batch. */
  boolean fixed(int index) {
    String value = node.inputs().get(index);
    return !inner && !proto.value(value).equals(value);
  }

  /** Whether it has a parameter. */
  boolean has(String slot) {
    return node.parameters().containsKey(slot);
  }

  /** The initialiser of a parameter, in the parameter's shape. */
  String parameter(String slot) {
    return parameter(slot, found(slot).shape().toLongs());
  }

  /** The initialiser of a parameter, the same numbers under other sizes. */
  String parameter(String slot, long... dims) {
    return changed(slot, "", dims, numbers -> numbers);
  }

  /** The initialiser of a parameter whose numbers change; see {@link ProtoGraph#parameter}. */
  String changed(String slot, String form, long[] dims, UnaryOperator<float[]> change) {
    return proto.parameter(found(slot), form, listed(dims), change);
  }

  /** The numbers of a parameter, for those that ONNX wants joined with others. */
  float[] read(String slot) {
    return proto.read(found(slot));
  }

  /** The initialiser of a vector that has one number for each index of an axis of a value. */
  String alongAxis(String slot, int axis, Shape of) {
    return parameter(slot, axisDims(axis, of));
  }

  /** Sizes that lay a vector along an axis of a value, whatever the batch. */
  static long[] axisDims(int axis, Shape of) {
    long[] dims = new long[of.rank() - axis];
    Arrays.fill(dims, 1);
    if (dims.length > 0) {
      dims[0] = of.dim(axis);
    }
    return dims;
  }

  private Parameter found(String slot) {
    return Objects.requireNonNull(graph.parameter(node, slot), slot);
  }

  /** Adds a node and gives the name of its output. */
  String step(String type, List<String> inputs, AttributeProto... attributes) {
    return proto.add(name, type, inputs, List.of(attributes));
  }

  /** Adds a node of which only the second output is read, and gives that one's name. */
  String second(String type, List<String> inputs, AttributeProto... attributes) {
    return proto.addSecond(name, type, inputs, List.of(attributes));
  }

  /** Lets the node's value be an initialiser. */
  void alias(String initializer) {
    proto.alias(node.name(), initializer);
  }

  /** One number as an initialiser of no axes. */
  String number(String stem, float value) {
    return proto.constant(name + "/" + stem, List.of(), value);
  }

  /** One whole number as an initialiser of no axes. */
  String whole(String stem, long value) {
    return proto.wholes(name + "/" + stem, List.of(), value);
  }

  /** Numbers as an initialiser. */
  String numbers(String stem, long[] dims, float... values) {
    return proto.constant(name + "/" + stem, listed(dims), values);
  }

  /** The same number many times, as an initialiser that is a vector. */
  String repeated(String stem, int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return numbers(stem, new long[] {count}, values);
  }

  /** Whole numbers as an initialiser. */
  String wholes(String stem, List<? extends Number> values) {
    long[] numbers = values.stream().mapToLong(Number::longValue).toArray();
    return proto.wholes(name + "/" + stem, List.of((long) numbers.length), numbers);
  }

  /** A value under other sizes, with the batch as it is. */
  String reshape(String value, List<Integer> dims) {
    List<Integer> sizes = new ArrayList<>(List.of(0));
    sizes.addAll(dims);
    return step("Reshape", List.of(value, wholes("shape", sizes)));
  }

  /** A value with the axes of an example in another order. */
  String transpose(String value, List<Integer> order) {
    List<Integer> all = new ArrayList<>(List.of(0));
    order.forEach(axis -> all.add(axis + 1));
    return step("Transpose", List.of(value), Attributes.numbers("perm", all));
  }

  /** The node's shape for the batch at hand, a vector of whole numbers. */
  String outShape() {
    if (out().rank() == 0) {
      return proto.batch();
    }
    return step(
        "Concat",
        List.of(proto.batch(), wholes("dims", out().dims())),
        Attributes.number("axis", 0));
  }

  /** The node's shape, filled with a number. */
  String filled(float value) {
    TensorProto one = Tensors.floats("", List.of(1L), new float[] {value});
    return step(
        "ConstantOfShape",
        List.of(outShape()),
        Attributes.tensor("value", one.toBuilder().clearName().build()));
  }

  /** A value plus a parameter along an axis of the output; itself if there is no such parameter. */
  String plus(String value, String slot, int axis) {
    return has(slot) ? step("Add", List.of(value, alongAxis(slot, axis, out()))) : value;
  }

  /** A value times a parameter along an axis of the output; itself if there is none. */
  String times(String value, String slot, int axis) {
    return has(slot) ? step("Mul", List.of(value, alongAxis(slot, axis, out()))) : value;
  }

  /** The axes of an example with one of them moved to the front. */
  static List<Integer> toFront(int axis, int rank) {
    List<Integer> order = new ArrayList<>(List.of(axis));
    for (int other = 0; other < rank; other++) {
      if (other != axis) {
        order.add(other);
      }
    }
    return order;
  }

  /** The order that undoes {@link #toFront}. */
  static List<Integer> fromFront(int axis, int rank) {
    List<Integer> order = new ArrayList<>(Collections.nCopies(rank, 0));
    List<Integer> moved = toFront(axis, rank);
    for (int i = 0; i < rank; i++) {
      order.set(moved.get(i), i);
    }
    return order;
  }

  private static List<Long> listed(long[] dims) {
    return Arrays.stream(dims).boxed().toList();
  }
}
