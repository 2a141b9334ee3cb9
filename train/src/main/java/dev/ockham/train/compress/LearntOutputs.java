package dev.ockham.train.compress;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model of numbers as a run learns it: what brings its outputs into their units is the run's. */
final class LearntOutputs {

  private LearntOutputs() {}

  /** A model without the scaling behind each of its outputs, where there is one. */
  static Model of(Model model) {
    Graph graph = model.graph();
    List<Node> nodes = new ArrayList<>(graph.nodes());
    List<String> outputs = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (String output : graph.outputs()) {
      Node last = graph.node(output);
      if (last != null && last.operator() instanceof Standardize) {
        nodes.remove(last);
        gone.addAll(last.parameters().values());
        outputs.add(last.inputs().getFirst());
      } else {
        outputs.add(output);
      }
    }
    List<Parameter> parameters =
        graph.parameters().stream().filter(each -> !gone.contains(each.name())).toList();
    Map<String, Matrix> numbers = new LinkedHashMap<>(model.values());
    numbers.keySet().removeAll(gone);
    return new Model(
        model.architecture(), new Graph(graph.inputs(), parameters, nodes, outputs), numbers);
  }
}
