package dev.ockham.runtime.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of a network: an operator, the values it reads, the parameters it takes. It gives one
 * value, which has the node's name.
 *
 * @param name unique among inputs and nodes
 * @param operator what it computes
 * @param inputs names of the values it reads, in the operator's order
 * @param parameters name of the graph's parameter by the operator's name for it, such as {@code
 *     weight}
 */
public record Node(
    String name, Operator operator, List<String> inputs, Map<String, String> parameters) {
  /** Copies list and map and checks that the name is not blank. */
  public Node {
    Names.check("node", name);
    inputs = List.copyOf(inputs);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** A node without parameters. */
  public Node(String name, Operator operator, List<String> inputs) {
    this(name, operator, inputs, Map.of());
  }

  /** The same node with another operator. */
  public Node with(Operator other) {
    return new Node(name, other, inputs, parameters);
  }

  /** Kind and name for messages, such as {@code node 'fc1' (linear)}. */
  String described() {
    return "node '" + name + "' (" + operator.kind() + ")";
  }
}
