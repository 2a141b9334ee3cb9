package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonObjectBuilder;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A graph as JSON text:
 *
 * <pre>{@code
 * {"inputs":[{"name":"image","shape":[1,28,28]}],
 *  "parameters":[{"name":"conv1.weight","shape":[20,1,5,5],"role":"weight"},
 *                {"name":"conv1.bias","shape":[20],"role":"bias"}],
 *  "nodes":[{"name":"conv1",
 *            "operator":{"op":"convolution","outputs":20,
 *                        "window":{"kernel":[5,5],"stride":[1,1],"before":[0,0],"after":[0,0],
 *                                  "dilation":[1,1]},
 *                        "groups":1},
 *            "inputs":["image"],
 *            "parameters":{"bias":"conv1.bias","weight":"conv1.weight"}},
 *           {"name":"relu1","operator":{"op":"activation","function":"relu",
 *                                       "first":0.0,"second":0.0},
 *            "inputs":["conv1"],"parameters":{}}],
 *  "outputs":["relu1"]}
 * }</pre>
 *
 * <p>An operator writes its settings itself, and {@link Operator#read} reads them. Equal graphs
 * give equal texts, in every locale, and reading gives an equal graph back; floats are the shortest
 * decimals that read back as the same bits.
 */
public final class GraphJson {

  private static final String PARAMETERS = "parameters";

  private GraphJson() {}

  /** The text on one line, without spaces. */
  public static String write(Graph graph) {
    return Json.write(members(graph, true));
  }

  /**
   * Writes a graph as {@link #write} does, without what follows from the nodes: the parameters,
   * where these are the ones that the nodes take, in the order in which they take them. {@link
   * #read} reads it too.
   */
  public static String writeShort(Graph graph) {
    boolean follows = taken(graph.inputs(), graph.nodes()).equals(graph.parameters());
    return Json.write(members(graph, !follows));
  }

  /**
   * The parameters that nodes take, each with the shape and the role that its first taker wants; up
   * to the first node that cannot follow what it reads, of which {@link Graph} says what is wrong.
   */
  private static List<Parameter> taken(List<Input> inputs, List<Node> nodes) {
    Map<String, Shape> shapes = new HashMap<>();
    for (Input input : inputs) {
      shapes.put(input.name(), input.shape());
    }
    Map<String, Parameter> taken = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (!shapes.keySet().containsAll(node.inputs())) {
        break;
      }
      List<Shape> in =
          node.inputs().stream().map(read -> Objects.requireNonNull(shapes.get(read))).toList();
      try {
        shapes.put(node.name(), node.operator().output(in));
        for (Slot slot : node.operator().slots(in)) {
          String name = node.parameters().get(slot.name());
          if (name != null) {
            taken.putIfAbsent(name, new Parameter(name, slot.shape(), slot.role()));
          }
        }
      } catch (IllegalArgumentException | ArithmeticException e) {
        break;
      }
    }
    return List.copyOf(taken.values());
  }

  /** The text with a line for each input, parameter, node and output, for people to read. */
  public static String writeReadable(Graph graph) {
    StringBuilder text = new StringBuilder();
    JsonObject parts = members(graph, true);
    for (Map.Entry<String, JsonValue> part : parts.members().entrySet()) {
      text.append(text.isEmpty() ? "{" : ",\n ").append('"').append(part.getKey()).append("\":[");
      String separator = "\n  ";
      for (JsonValue item : ((JsonArray) part.getValue()).items()) {
        text.append(separator).append(Json.write(item));
        separator = ",\n  ";
      }
      text.append(']');
    }
    return text.append("}\n").toString();
  }

  private static JsonObject members(Graph graph, boolean parameters) {
    JsonObjectBuilder out = new JsonObjectBuilder();
    out.list("inputs", graph.inputs(), GraphJson::write);
    if (parameters) {
      out.list(PARAMETERS, graph.parameters(), GraphJson::write);
    }
    return out.list("nodes", graph.nodes(), GraphJson::write)
        .texts("outputs", graph.outputs())
        .done();
  }

  private static JsonObject write(Input input) {
    JsonObjectBuilder out =
        new JsonObjectBuilder().put("name", input.name()).wholes("shape", input.shape().dims());
    if (input.numbers() != Input.Numbers.ANY) {
      out.put("numbers", input.numbers());
    }
    return out.done();
  }

  private static JsonObject write(Parameter parameter) {
    return new JsonObjectBuilder()
        .put("name", parameter.name())
        .wholes("shape", parameter.shape().dims())
        .put("role", parameter.role())
        .done();
  }

  /** A node as an object. */
  static JsonObject write(Node node) {
    return new JsonObjectBuilder()
        .put("name", node.name())
        .put("operator", write(node.operator()))
        .texts("inputs", node.inputs())
        .put(PARAMETERS, JsonObjectBuilder.named(node.parameters()))
        .done();
  }

  /** What an operator is called, and a member for each of its settings. */
  static JsonObject write(Operator operator) {
    JsonObjectBuilder out = new JsonObjectBuilder().put(JsonValue.OP, operator.kind());
    operator.write(out);
    return out.done();
  }

  private static Shape shape(JsonMembers in) {
    return in.sizes("shape", Shape.MOST_AXES, Shape::new);
  }

  private static Input input(JsonMembers in) {
    return new Input(
        in.text("name"),
        shape(in),
        in.has("numbers") ? in.constant("numbers", Input.Numbers.values()) : Input.Numbers.ANY);
  }

  private static Parameter parameter(JsonMembers in) {
    return new Parameter(in.text("name"), shape(in), in.constant("role", Role.values()));
  }

  private static Node node(JsonMembers in) {
    return new Node(
        in.text("name"),
        in.record("operator", Operator::read),
        in.texts("inputs"),
        in.named(PARAMETERS));
  }

  /** What a text says, before it is checked to be a graph. */
  private record Parts(
      List<Input> inputs,
      @Nullable List<Parameter> parameters,
      List<Node> nodes,
      List<String> outputs) {
    static Parts of(JsonMembers in) {
      return new Parts(
          in.records("inputs", GraphJson::input),
          in.has(PARAMETERS) ? in.records(PARAMETERS, GraphJson::parameter) : null,
          in.records("nodes", GraphJson::node),
          in.texts("outputs"));
    }
  }

  /**
   * Reads either text back.
   *
   * @throws IllegalArgumentException in one line, naming the place, such as {@code
   *     nodes[3].operator.window}, and the value; or node, operator and shapes where the parts do
   *     not make a graph
   */
  public static Graph read(String text) {
    JsonValue root;
    try {
      root = Json.parse(text).root();
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getMessage(), e);
    }
    JsonMembers in = new JsonMembers(root, "");
    Parts parts = in.made(Parts::of);
    List<Parameter> parameters = parts.parameters();
    return new Graph(
        parts.inputs(),
        parameters == null ? taken(parts.inputs(), parts.nodes()) : parameters,
        parts.nodes(),
        parts.outputs());
  }
}
