package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph that grows: its nodes and initialisers, and the names that are taken. Values of the
 * graph have the names of their inputs and nodes, initialisers those of their parameters.
 */
final class ProtoGraph {
  private final Model model;
  private final boolean sparse;
  private final GraphProto.Builder proto = GraphProto.newBuilder();
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> floats = new HashMap<>();
  private final Map<List<Object>, String> forms = new LinkedHashMap<>();
  private final Set<String> wholeNumbers;
  private @Nullable String batch;

  /**
   * An empty graph.
   *
   * @param wholeNumbers inputs of whole numbers, which are INT64
   * @param sparse whether weights that are mostly 0 are stored without their zeros
   */
  ProtoGraph(Model model, Set<String> wholeNumbers, boolean sparse) {
    this.model = model;
    this.wholeNumbers = wholeNumbers;
    this.sparse = sparse;
    for (Input input : model.graph().inputs()) {
      taken.add(input.name());
    }
    for (Node node : model.graph().nodes()) {
      taken.add(node.name());
    }
  }

  Graph graph() {
    return model.graph();
  }

  /** Whether a value is of whole numbers, INT64. */
  boolean whole(String value) {
    return wholeNumbers.contains(value);
  }

  /** An input of whole numbers as floats; one node for all that read it so. */
  String floats(String input) {
    String known = floats.get(input);
    if (known == null) {
      var type = Attributes.number("to", TensorProto.DataType.FLOAT_VALUE);
      known = add(input, "Cast", List.of(input), List.of(type));
      floats.put(input, known);
    }
    return known;
  }

  /** The ONNX name of a value of the graph. */
  String value(String name) {
    return values.getOrDefault(name, name);
  }

  /** Lets a value of the graph be an initialiser. */
  void alias(String name, String initializer) {
    values.put(name, initializer);
  }

  /** How many nodes there are. */
  int count() {
    return nodes.size();
  }

  /** Adds a node with a fresh output, whose name it gives. */
  String add(String stem, String type, List<String> inputs, List<AttributeProto> attributes) {
    String name = fresh(stem + "/" + type);
    nodes.add(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(attributes));
    return name;
  }

  /** Adds a node that gives the second output of an operator. */
  String addSecond(String stem, String type, List<String> inputs, List<AttributeProto> attributes) {
    String name = add(stem, type, inputs, attributes);
    nodes.getLast().clearOutput().addOutput("").addOutput(name);
    return name;
  }

  /**
   * Gives a value the name of a node of the graph: that of the node that made it, if it is last.
   */
  void finish(String value, String name) {
    NodeProto.@Nullable Builder last = nodes.isEmpty() ? null : nodes.getLast();
    if (last == null
        || floats.containsValue(value)
        || !last.getOutputList().contains(value)
        || !last.getName().equals(value)) {
      nodes.add(
          NodeProto.newBuilder()
              .setName(name)
              .setOpType("Identity")
              .addInput(value)
              .addOutput(name));
      return;
    }
    taken.remove(value);
    last.setName(name).setOutput(last.getOutputCount() - 1, name);
  }

  /** The size of the batch, a vector of one whole number. */
  String batch() {
    if (batch == null) {
      String input = graph().inputs().getFirst().name();
      batch =
          add(
              "batch",
              "Shape",
              List.of(input),
              List.of(Attributes.number("start", 0), Attributes.number("end", 1)));
    }
    return batch;
  }

  /**
   * A parameter as initialiser, or as a constant if it never trains; in its first form it has the
   * parameter's name.
   *
   * @param form what is done to its numbers, in a word; the same word means the same
   * @param dims sizes of the initialiser
   * @param change from the parameter's numbers to the initialiser's
   */
  String parameter(
      Parameter parameter, String form, List<Long> dims, UnaryOperator<float[]> change) {
    List<Object> key = List.of(parameter.name(), form, dims);
    String known = forms.get(key);
    if (known != null) {
      return known;
    }
    String name =
        taken.contains(parameter.name())
            ? fresh(parameter.name() + "/" + (form.isEmpty() ? "parameter" : form))
            : fresh(parameter.name());
    forms.put(key, name);
    float[] numbers = change.apply(read(parameter));
    if (parameter.role() == Role.CONSTANT) {
      constantNode(name, Tensors.floats("", dims, numbers));
    } else if (sparse && parameter.role().prunable() && Tensors.smallerSparse(numbers)) {
      proto.addSparseInitializer(Tensors.sparse(name, dims, numbers));
    } else {
      proto.addInitializer(Tensors.floats(name, dims, numbers));
    }
    return name;
  }

  /** What never trains is a node: initialisers are what trains where the file comes in again. */
  private void constantNode(String name, TensorProto numbers) {
    nodes.add(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType("Constant")
            .addOutput(name)
            .addAttribute(Attributes.tensor("value", numbers.toBuilder().clearName().build())));
  }

  /** The numbers of a parameter; the caller owns the array. */
  float[] read(Parameter parameter) {
    return model.value(parameter.name()).toDense();
  }

  /** Numbers that are no parameter, under a fresh name. */
  String constant(String stem, List<Long> dims, float... numbers) {
    String name = fresh(stem);
    proto.addInitializer(Tensors.floats(name, dims, numbers));
    return name;
  }

  /** Whole numbers that are no parameter, under a fresh name. */
  String wholes(String stem, List<Long> dims, long... numbers) {
    String name = fresh(stem);
    proto.addInitializer(Tensors.longs(name, dims, numbers));
    return name;
  }

  /** The finished graph but for its name, inputs and outputs. */
  GraphProto.Builder build() {
    nodes.forEach(proto::addNode);
    nodes.clear();
    return proto;
  }

  private String fresh(String wanted) {
    String name = wanted;
    for (int number = 2; !taken.add(name); number++) {
      name = wanted + "_" + number;
    }
    return name;
  }
}
