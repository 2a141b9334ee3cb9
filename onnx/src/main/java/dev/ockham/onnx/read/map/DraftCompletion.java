package dev.ockham.onnx.read.map;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * From drafted nodes to a model: without nodes that nothing reads, outputs under the file's names.
 *
 * @param inputs what comes from outside
 * @param nodes by name, in the order in which they run
 * @param parameters by name
 * @param numbers by the name of the parameter
 */
record DraftCompletion(
    List<Input> inputs,
    Map<String, Node> nodes,
    Map<String, Parameter> parameters,
    Map<String, Matrix> numbers) {

  /**
   * The model.
   *
   * @param outputs names of the nodes that give what it gives
   * @param renamed names that nodes get instead of their own
   */
  Model model(String architecture, List<String> outputs, Map<String, String> renamed) {
    Set<String> read = new HashSet<>(outputs);
    for (Node node : List.copyOf(nodes.values()).reversed()) {
      if (read.contains(node.name())) {
        read.addAll(node.inputs());
      }
    }
    List<Node> kept = new ArrayList<>();
    List<Parameter> taken = new ArrayList<>();
    Map<String, Matrix> values = new HashMap<>();
    for (Node node : nodes.values()) {
      if (!read.contains(node.name())) {
        continue;
      }
      List<String> reads =
          node.inputs().stream().map(name -> renamed.getOrDefault(name, name)).toList();
      kept.add(
          new Node(
              renamed.getOrDefault(node.name(), node.name()),
              node.operator(),
              reads,
              node.parameters()));
      for (String name : node.parameters().values()) {
        taken.add(Objects.requireNonNull(parameters.get(name)));
        values.put(name, Objects.requireNonNull(numbers.get(name)));
      }
    }
    List<String> given = outputs.stream().map(name -> renamed.getOrDefault(name, name)).toList();
    return new Model(architecture, new Graph(inputs, taken, kept, given), values);
  }
}
