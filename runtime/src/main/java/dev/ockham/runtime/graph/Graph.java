package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network without its numbers: an immutable list of nodes in the order in which they run. Every
 * value is that of an input or of a node, and goes by its name. Equal lists are equal graphs.
 */
public final class Graph {
  /** Most nodes, parameters, inputs and outputs, of each. */
  public static final int MOST_NODES = 100_000;

  /** Most values that nodes read, each counted as often as it is read. */
  public static final int MOST_READS = 4 * MOST_NODES;

  /** Most shapes that a message names. */
  private static final int MOST_SHOWN = 8;

  private final List<Input> inputs;
  private final List<Parameter> parameters;
  private final List<Node> nodes;
  private final List<String> outputs;
  private final Set<String> given;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, Integer> unitAxes = new HashMap<>();
  private final Map<String, Parameter> byName = new HashMap<>();
  private final Map<String, Node> nodeByName = new HashMap<>();

  /**
   * A graph of the given parts, checked.
   *
   * @param inputs what comes from outside, at least one; nodes need not read each, since a network
   *     that lost its last reader of an input to pruning still gets the same examples
   * @param parameters what nodes take beside values; each is taken by one
   * @param nodes in the order in which they run: each after those whose values it reads
   * @param outputs names of the values that it gives, at least one
   * @throws IllegalArgumentException naming node, operator and shapes, in one line
   */
  public Graph(
      List<Input> inputs, List<Parameter> parameters, List<Node> nodes, List<String> outputs) {
    this.inputs = List.copyOf(inputs);
    this.parameters = List.copyOf(parameters);
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    given = new HashSet<>(this.outputs);
    checkCounts();
    checkNames();
    Set<String> taken = new HashSet<>();
    for (Node node : this.nodes) {
      checkReads(node);
      checkName(node);
      place(node, taken);
    }
    for (Parameter parameter : this.parameters) {
      if (!taken.contains(parameter.name())) {
        throw new IllegalArgumentException(
            "parameter '"
                + parameter.name()
                + "' ("
                + parameter.role()
                + ") of "
                + parameter.shape()
                + " is taken by no node");
      }
    }
    for (String output : this.outputs) {
      if (!shapes.containsKey(output)) {
        throw new IllegalArgumentException(
            "output '" + output + "' is the value of no input and no node" + last());
      }
    }
  }

  /** What gives the last value, with its shape, for messages. */
  private String last() {
    if (nodes.isEmpty()) {
      Input input = inputs.get(inputs.size() - 1);
      return "; there is no node, but input '" + input.name() + "' of " + input.shape();
    }
    Node node = nodes.get(nodes.size() - 1);
    return "; the last is " + described(node) + ", which gives " + shape(node.name());
  }

  private void checkCounts() {
    if (Math.max(nodes.size(), parameters.size()) > MOST_NODES
        || Math.max(inputs.size(), outputs.size()) > MOST_NODES) {
      throw new IllegalArgumentException(
          nodes.size()
              + " nodes, "
              + parameters.size()
              + " parameters, "
              + inputs.size()
              + " inputs and "
              + outputs.size()
              + " outputs: more than "
              + MOST_NODES);
    }
    long reads = 0;
    for (Node node : nodes) {
      reads += node.inputs().size();
    }
    if (reads > MOST_READS) {
      throw new IllegalArgumentException(
          "nodes read " + reads + " values, more than " + MOST_READS);
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a graph needs an input and an output, this one has "
              + inputs.size()
              + " and "
              + outputs.size());
    }
    if (given.size() < outputs.size()) {
      throw new IllegalArgumentException("outputs name '" + twice(outputs) + "' twice");
    }
  }

  private static String twice(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream().filter(name -> !seen.add(name)).findFirst().orElseThrow();
  }

  private void checkNames() {
    for (Input input : inputs) {
      Shape earlier = shapes.put(input.name(), input.shape());
      if (earlier != null) {
        throw twoOf("inputs", input.name(), earlier, input.shape());
      }
      unitAxes.put(input.name(), input.unitAxis());
    }
    for (Parameter parameter : parameters) {
      Parameter earlier = byName.put(parameter.name(), parameter);
      if (earlier != null) {
        throw twoOf("parameters", parameter.name(), earlier.shape(), parameter.shape());
      }
    }
    for (Node node : nodes) {
      nodeByName.putIfAbsent(node.name(), node);
    }
  }

  private static IllegalArgumentException twoOf(String what, String name, Shape one, Shape other) {
    return new IllegalArgumentException(
        "two " + what + " have the name '" + name + "', of " + one + " and of " + other);
  }

  private void checkReads(Node node) {
    for (String read : node.inputs()) {
      if (!shapes.containsKey(read)) {
        throw new IllegalArgumentException(
            described(node)
                + (nodeByName.containsKey(read)
                    ? " reads '" + read + "', which runs after it or is itself: that is a cycle"
                    : " reads '" + read + "', which no input and no node gives"));
      }
    }
  }

  private void checkName(Node node) {
    Shape known = shapes.get(node.name());
    if (known != null) {
      boolean input = inputs.stream().anyMatch(each -> each.name().equals(node.name()));
      Node earlier = Objects.requireNonNull(nodeByName.get(node.name()));
      String other = input ? "an input" : "an earlier node (" + earlier.operator().kind() + ")";
      throw new IllegalArgumentException(
          described(node) + " has the name of " + other + " of " + known);
    }
  }

  /** A node with the shapes that it reads: ? for one that is not known, none where none is. */
  private String described(Node node) {
    List<@Nullable Shape> in = new ArrayList<>();
    boolean known = false;
    for (String read : node.inputs()) {
      Shape shape = shapes.get(read);
      in.add(shape);
      known |= shape != null;
    }
    return node.described() + (known ? described(in) : "");
  }

  /** Works out what a node gives, and checks what it takes. */
  private void place(Node node, Set<String> taken) {
    List<Shape> in = inputShapes(node);
    try {
      Shape out = node.operator().output(in);
      checkParameters(node, node.operator().slots(in));
      unitAxes.put(node.name(), node.operator().units(in, inputAxes(node)).axis());
      shapes.put(node.name(), out);
    } catch (IllegalArgumentException | ArithmeticException e) {
      String reason =
          e instanceof ArithmeticException ? "has sizes that are too large" : e.getMessage();
      throw new IllegalArgumentException(described(node) + ": " + reason, e);
    }
    taken.addAll(node.parameters().values());
  }

  /** Shapes that a node reads, for messages; empty text where it reads nothing. */
  static String described(List<? extends @Nullable Shape> in) {
    StringBuilder text = new StringBuilder();
    for (Shape shape : in.subList(0, Math.min(in.size(), MOST_SHOWN))) {
      text.append(text.isEmpty() ? " of " : ", ").append(shape == null ? "?" : shape);
    }
    return text + (in.size() > MOST_SHOWN ? ", …" : "");
  }

  private void checkParameters(Node node, List<Slot> slots) {
    Set<String> known = new HashSet<>();
    for (Slot slot : slots) {
      known.add(slot.name());
      String name = node.parameters().get(slot.name());
      if (name == null) {
        if (slot.required()) {
          throw new IllegalArgumentException("lacks its parameter '" + slot.name() + "'");
        }
        continue;
      }
      Parameter parameter = byName.get(name);
      if (parameter == null) {
        throw new IllegalArgumentException(
            "takes '" + name + "' as " + slot.name() + ", which is no parameter of the graph");
      }
      if (!parameter.shape().equals(slot.shape())) {
        throw new IllegalArgumentException(
            "needs a "
                + slot.name()
                + " of "
                + slot.shape()
                + ", but '"
                + name
                + "' is of "
                + parameter.shape());
      }
      if (parameter.role() != slot.role()) {
        throw new IllegalArgumentException(
            "needs a "
                + slot.name()
                + " of role "
                + slot.role()
                + ", but '"
                + name
                + "' is a "
                + parameter.role());
      }
    }
    checkStatistics(node, slots);
    for (String name : node.parameters().keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("takes no parameter called '" + name + "'");
      }
    }
  }

  /** Moments are estimated together: a mean without its variance is a mistake. */
  private static void checkStatistics(Node node, List<Slot> slots) {
    List<String> there = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.role() == Role.STATISTIC) {
        (node.parameters().containsKey(slot.name()) ? there : missing).add(slot.name());
      }
    }
    if (!there.isEmpty() && !missing.isEmpty()) {
      throw new IllegalArgumentException(
          "takes its parameter '" + there.get(0) + "' without '" + missing.get(0) + "'");
    }
  }

  /** What comes from outside. */
  public List<Input> inputs() {
    return inputs;
  }

  /** All parameters, in a fixed order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** All nodes, in the order in which they run. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Names of the values that it gives. */
  public List<String> outputs() {
    return outputs;
  }

  /** Whether a value is one of those that it gives. */
  public boolean gives(String value) {
    return given.contains(value);
  }

  /** Shape of a value, by its name. */
  public Shape shape(String value) {
    return Objects.requireNonNull(shapes.get(value), value);
  }

  /** Axis of a value's units; −1 where it has none. */
  public int unitAxis(String value) {
    return Objects.requireNonNull(unitAxes.get(value), value);
  }

  /** Units of a value: its size along {@link #unitAxis}; 0 without. */
  public int units(String value) {
    int axis = unitAxis(value);
    return axis < 0 ? 0 : shape(value).dim(axis);
  }

  /** A parameter by its name. */
  public Parameter parameter(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }

  /** Whether there is a parameter of a name. */
  public boolean hasParameter(String name) {
    return byName.containsKey(name);
  }

  /** A node by its name; null where the name is that of an input. */
  public @Nullable Node node(String name) {
    return nodeByName.get(name);
  }

  /** A node's parameter by the operator's name for it; null where it has none. */
  public @Nullable Parameter parameter(Node node, String slot) {
    String name = node.parameters().get(slot);
    return name == null ? null : parameter(name);
  }

  /** Shapes of what a node reads. */
  public List<Shape> inputShapes(Node node) {
    List<Shape> in = new ArrayList<>();
    for (String read : node.inputs()) {
      in.add(shape(read));
    }
    return in;
  }

  /** Axes of the units of what a node reads. */
  public List<Integer> inputAxes(Node node) {
    List<Integer> axes = new ArrayList<>();
    for (String read : node.inputs()) {
      axes.add(unitAxis(read));
    }
    return axes;
  }

  /** How units go through a node. */
  public UnitMap unitMap(Node node) {
    return node.operator().units(inputShapes(node), inputAxes(node));
  }

  /** The nodes that read each value, in order; one that reads it twice is there twice. */
  public Map<String, List<Node>> readers() {
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : nodes) {
      for (String read : node.inputs()) {
        List<Node> known = readers.get(read);
        if (known == null) {
          known = new ArrayList<>();
          readers.put(read, known);
        }
        known.add(node);
      }
    }
    return readers;
  }

  /** Parameters that pruning may take numbers of, in order. */
  public List<Parameter> prunable() {
    return parameters.stream().filter(p -> p.role().prunable()).toList();
  }

  /** Numbers in all prunable parameters: the denominator of every sparsity and compression. */
  public long weights() {
    return prunable().stream().mapToLong(p -> p.shape().size()).sum();
  }

  /** Numbers in all parameters that are trained. */
  public long trained() {
    return parameters.stream()
        .filter(p -> p.role().trained())
        .mapToLong(p -> p.shape().size())
        .sum();
  }

  /** Multiply-adds for one example if nothing is pruned. */
  public long multiplyAdds() {
    return nodes.stream().mapToLong(node -> node.operator().multiplyAdds(inputShapes(node))).sum();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Graph that
        && inputs.equals(that.inputs)
        && parameters.equals(that.parameters)
        && nodes.equals(that.nodes)
        && outputs.equals(that.outputs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(inputs, parameters, nodes, outputs);
  }

  @Override
  public String toString() {
    return "graph of " + nodes.size() + " nodes and " + weights() + " weights";
  }
}
