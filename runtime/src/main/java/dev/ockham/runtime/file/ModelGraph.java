package dev.ockham.runtime.file;

import dev.ockham.runtime.file.JsonValue.JsonArray;
import dev.ockham.runtime.file.JsonValue.JsonNumber;
import dev.ockham.runtime.file.JsonValue.JsonObject;
import dev.ockham.runtime.file.JsonValue.JsonString;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON text that describes a model's layers without their numbers:
 *
 * <pre>{@code
 * {"architecture":"lenet-300-100","input":[1,28,28],"classes":10,"layers":[
 *   {"op":"input_scaling","mean":33.3,"scale":0.0128},
 *   {"op":"flatten"},
 *   {"op":"dense","name":"fc1","inputs":784,"outputs":300},
 *   {"op":"relu"}, ...
 *   {"op":"conv2d","name":"c1","inputs":1,"outputs":20,"kernel":[5,5]},
 *   {"op":"dependent_gate","name":"c1.gate","units":20,"cut":0.001},
 *   {"op":"affine","name":"bn1","units":20},
 *   {"op":"max_pool2d","size":2}]}
 * }</pre>
 *
 * @param architecture name of the network
 * @param input shape of one example
 * @param classes number of logits
 * @param nodes the layers, in order
 */
record ModelGraph(String architecture, Shape input, int classes, List<Node> nodes) {
  /** One layer; those with weights give only the sizes of their matrix. */
  sealed interface Node {}

  /** A layer that is complete without tensors. */
  record Plain(ModelLayer layer) implements Node {}

  /** Feature scaling, as long as the input. */
  record FeatureScalingNode() implements Node {}

  /** A dense layer of {@code outputs × inputs} weights. */
  record DenseNode(String name, int inputs, int outputs) implements Node {}

  /** A convolution of {@code outputs × (inputs · kernelHeight · kernelWidth)} weights. */
  record ConvNode(String name, int inputs, int outputs, int kernelHeight, int kernelWidth)
      implements Node {}

  /** A gate of {@code units} numbers of each kind. */
  record GateNode(String name, int units, float cut) implements Node {}

  /** A scale and a shift of {@code units} numbers each. */
  record AffineNode(String name, int units) implements Node {}

  static String write(SparseModel model) {
    List<JsonValue> layers = new ArrayList<>();
    for (ModelLayer layer : model.layers()) {
      layers.add(new JsonObject(describe(layer)));
    }
    Shape input = model.input();
    Map<String, JsonValue> graph = new LinkedHashMap<>();
    graph.put("architecture", new JsonString(model.architecture()));
    graph.put("input", JsonArray.of(input.channels(), input.height(), input.width()));
    graph.put("classes", JsonNumber.of(model.classes()));
    graph.put("layers", new JsonArray(layers));
    return Json.write(new JsonObject(graph));
  }

  private static Map<String, JsonValue> describe(ModelLayer layer) {
    Map<String, JsonValue> node = new LinkedHashMap<>();
    switch (layer) {
      case ModelLayer.InputScaling(float mean, float scale) -> {
        node.put("op", new JsonString("input_scaling"));
        node.put("mean", JsonNumber.of(mean));
        node.put("scale", JsonNumber.of(scale));
      }
      case ModelLayer.FeatureScaling _ -> node.put("op", new JsonString("feature_scaling"));
      case ModelLayer.Dense dense -> {
        node.put("op", new JsonString("dense"));
        node.put("name", new JsonString(dense.name()));
        node.put("inputs", JsonNumber.of(dense.weights().cols()));
        node.put("outputs", JsonNumber.of(dense.weights().rows()));
      }
      case ModelLayer.Conv2d conv -> {
        node.put("op", new JsonString("conv2d"));
        node.put("name", new JsonString(conv.name()));
        node.put("inputs", JsonNumber.of(conv.inputChannels()));
        node.put("outputs", JsonNumber.of(conv.weights().rows()));
        node.put("kernel", JsonArray.of(conv.kernelHeight(), conv.kernelWidth()));
      }
      case ModelLayer.DependentGate gate -> {
        node.put("op", new JsonString("dependent_gate"));
        node.put("name", new JsonString(gate.name()));
        node.put("units", JsonNumber.of(gate.units()));
        node.put("cut", JsonNumber.of(gate.cut()));
      }
      case ModelLayer.Affine affine -> {
        node.put("op", new JsonString("affine"));
        node.put("name", new JsonString(affine.name()));
        node.put("units", JsonNumber.of(affine.units()));
      }
      case ModelLayer.MaxPool2d(int size) -> {
        node.put("op", new JsonString("max_pool2d"));
        node.put("size", JsonNumber.of(size));
      }
      case ModelLayer.Relu() -> node.put("op", new JsonString("relu"));
      case ModelLayer.Flatten() -> node.put("op", new JsonString("flatten"));
    }
    return node;
  }

  /**
   * Reads the text back.
   *
   * @throws IllegalArgumentException naming the member and its value if it is not such a text
   */
  static ModelGraph read(String text) {
    JsonValue root;
    try {
      root = Json.parse(text).root();
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getMessage(), e);
    }
    Members graph = Members.of("graph", root, "architecture", "input", "classes", "layers");
    List<Integer> input = graph.integers("input", 3);
    List<Node> nodes = new ArrayList<>();
    for (JsonValue layer : graph.array("layers")) {
      nodes.add(node("layers[" + nodes.size() + "]", layer));
    }
    return new ModelGraph(
        graph.string("architecture"),
        new Shape(input.get(0), input.get(1), input.get(2)),
        graph.integer("classes"),
        List.copyOf(nodes));
  }

  private static Node node(String where, JsonValue value) {
    String op =
        value instanceof JsonObject(Map<String, JsonValue> members)
                && members.get("op") instanceof JsonString(String name)
            ? name
            : "";
    return switch (op) {
      case "input_scaling" -> {
        Members node = Members.of(where, value, "op", "mean", "scale");
        yield new Plain(new ModelLayer.InputScaling(node.real("mean"), node.real("scale")));
      }
      case "feature_scaling" -> {
        Members.of(where, value, "op");
        yield new FeatureScalingNode();
      }
      case "dense" -> {
        Members node = Members.of(where, value, "op", "name", "inputs", "outputs");
        yield new DenseNode(node.string("name"), node.integer("inputs"), node.integer("outputs"));
      }
      case "conv2d" -> {
        Members node = Members.of(where, value, "op", "name", "inputs", "outputs", "kernel");
        List<Integer> kernel = node.integers("kernel", 2);
        yield new ConvNode(
            node.string("name"),
            node.integer("inputs"),
            node.integer("outputs"),
            kernel.get(0),
            kernel.get(1));
      }
      case "dependent_gate" -> {
        Members node = Members.of(where, value, "op", "name", "units", "cut");
        yield new GateNode(node.string("name"), node.integer("units"), node.real("cut"));
      }
      case "affine" -> {
        Members node = Members.of(where, value, "op", "name", "units");
        yield new AffineNode(node.string("name"), node.integer("units"));
      }
      case "max_pool2d" ->
          new Plain(
              new ModelLayer.MaxPool2d(Members.of(where, value, "op", "size").integer("size")));
      case "relu" -> {
        Members.of(where, value, "op");
        yield new Plain(new ModelLayer.Relu());
      }
      case "flatten" -> {
        Members.of(where, value, "op");
        yield new Plain(new ModelLayer.Flatten());
      }
      case "" -> throw new IllegalArgumentException(where + " is not an object with a string 'op'");
      default -> throw new IllegalArgumentException(where + ": unknown op '" + op + "'");
    };
  }

  /** Members of an object whose names are known to be exactly the expected ones. */
  private record Members(String where, Map<String, JsonValue> values) {
    static Members of(String where, JsonValue value, String... names) {
      if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
        throw new IllegalArgumentException(where + " is not an object");
      }
      for (String name : names) {
        if (!members.containsKey(name)) {
          throw new IllegalArgumentException(where + " lacks '" + name + "'");
        }
      }
      for (String name : members.keySet()) {
        if (!List.of(names).contains(name)) {
          throw new IllegalArgumentException(where + " has an unknown member '" + name + "'");
        }
      }
      return new Members(where, members);
    }

    String string(String name) {
      if (values.get(name) instanceof JsonString(String text)) {
        return text;
      }
      throw wrong(name, "is not a string");
    }

    float real(String name) {
      if (values.get(name) instanceof JsonNumber(String digits)) {
        return Float.parseFloat(digits);
      }
      throw wrong(name, "is not a number");
    }

    int integer(String name) {
      return integer(name, values.get(name));
    }

    List<JsonValue> array(String name) {
      if (values.get(name) instanceof JsonArray(List<JsonValue> items)) {
        return items;
      }
      throw wrong(name, "is not an array");
    }

    List<Integer> integers(String name, int count) {
      List<JsonValue> items = array(name);
      if (items.size() != count) {
        throw wrong(name, "has %s items, not %s".formatted(items.size(), count));
      }
      return items.stream().map(item -> integer(name, item)).toList();
    }

    private int integer(String name, @Nullable JsonValue value) {
      if (!(value instanceof JsonNumber(String digits))) {
        throw wrong(name, "is not a number");
      }
      int number;
      try {
        number = Integer.parseInt(digits);
      } catch (NumberFormatException e) {
        throw wrong(name, "= " + digits + " is not a 32-bit whole number");
      }
      if (number < 0) {
        throw wrong(name, "= " + number + " is negative");
      }
      return number;
    }

    private IllegalArgumentException wrong(String name, String problem) {
      return new IllegalArgumentException("%s: '%s' %s".formatted(where, name, problem));
    }
  }
}
