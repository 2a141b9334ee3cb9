package dev.ockham.core.inspect;

import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A network in numbers.
 *
 * @param architecture its name
 * @param inputs what it takes, for one example
 * @param outputs names of what it gives
 * @param nodes in the order in which they run
 * @param operators how many nodes of each kind
 * @param parameters numbers of all parameters
 * @param weights those of them that pruning may take
 * @param nonzero weights that differ from 0; all of them where no numbers are known
 * @param multiplyAdds for one example, on hardware that does not know of zeros ({@link ModelWork})
 * @param sparseMultiplyAdds for one example, of weights alone that are not 0
 */
public record NetworkFacts(
    String architecture,
    List<Input> inputs,
    Map<String, Shape> outputs,
    List<NodeFacts> nodes,
    SortedMap<String, Integer> operators,
    long parameters,
    long weights,
    long nonzero,
    long multiplyAdds,
    long sparseMultiplyAdds) {

  /** Copies the collections. */
  public NetworkFacts {
    inputs = List.copyOf(inputs);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    nodes = List.copyOf(nodes);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /** The facts of a network without numbers. */
  public static NetworkFacts of(String architecture, Graph graph) {
    return of(architecture, graph, null);
  }

  /** The facts of a network with its numbers. */
  public static NetworkFacts of(Model model) {
    return of(model.architecture(), model.graph(), model);
  }

  private static NetworkFacts of(String architecture, Graph graph, @Nullable Model model) {
    ModelWork work = model == null ? ModelWork.of(graph) : ModelWork.of(model);
    List<NodeFacts> nodes = new ArrayList<>();
    SortedMap<String, Integer> operators = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (ModelWork.NodeWork each : work.nodes()) {
      Node node = Objects.requireNonNull(graph.node(each.node()), each.node());
      nodes.add(facts(graph, node, each.denseMultiplyAdds(), model, seen));
      operators.merge(node.operator().kind(), 1, Integer::sum);
    }
    Map<String, Shape> outputs = new LinkedHashMap<>();
    graph.outputs().forEach(output -> outputs.put(output, graph.shape(output)));
    return new NetworkFacts(
        architecture,
        graph.inputs(),
        outputs,
        nodes,
        operators,
        nodes.stream().mapToLong(NodeFacts::parameters).sum(),
        nodes.stream().mapToLong(NodeFacts::weights).sum(),
        nodes.stream().mapToLong(NodeFacts::nonzero).sum(),
        work.denseMultiplyAdds(),
        work.sparseMultiplyAdds());
  }

  private static NodeFacts facts(
      Graph graph, Node node, long multiplyAdds, @Nullable Model model, Set<String> seen) {
    long parameters = 0;
    long weights = 0;
    long nonzero = 0;
    for (String name : node.parameters().values()) {
      Parameter parameter = graph.parameter(name);
      if (seen.add(name)) {
        int size = parameter.shape().size();
        parameters += size;
        if (parameter.role().prunable()) {
          weights += size;
          nonzero += model == null ? size : model.value(name).nonZeros();
        }
      }
    }
    return new NodeFacts(
        node.name(),
        node.operator().kind(),
        OperatorSettings.of(node.operator()),
        OperatorFamily.of(node.operator()),
        node.inputs(),
        graph.shape(node.name()),
        parameters,
        weights,
        nonzero,
        multiplyAdds);
  }

  /** Fraction of the weights that are 0, in [0, 1]; 0 without weights. */
  public double sparsity() {
    return weights == 0 ? 0 : 1 - (double) nonzero / weights;
  }
}
