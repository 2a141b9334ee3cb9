package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model whose first nodes take constants from its inputs and multiply what is left: the form in
 * which ONNX writes {@link Standardize}. As that one node it is known for what it is, so that a run
 * does not scale such inputs once more.
 */
final class InputScalingNodes {

  private final Model model;
  private final List<Node> nodes;
  private final List<Parameter> parameters;
  private final Map<String, Matrix> values;

  private InputScalingNodes(Model model) {
    this.model = model;
    this.nodes = new ArrayList<>(model.graph().nodes());
    this.parameters = new ArrayList<>(model.graph().parameters());
    this.values = new LinkedHashMap<>(model.values());
  }

  /** The same model with that one node for each input that is scaled so. */
  static Model joined(Model model) {
    InputScalingNodes joined = new InputScalingNodes(model);
    boolean changed = false;
    for (Input input : model.graph().inputs()) {
      changed |= joined.join(input);
    }
    Graph graph = model.graph();
    return changed
        ? new Model(
            model.architecture(),
            new Graph(graph.inputs(), joined.parameters, joined.nodes, graph.outputs()),
            joined.values)
        : model;
  }

  private boolean join(Input input) {
    Node minus = onlyReader(input.name());
    Node times = minus == null ? null : onlyReader(minus.name());
    if (minus == null || times == null || model.graph().gives(minus.name())) {
      return false;
    }
    Node mean = operand(minus, input.name(), Combine.By.SUBTRACT);
    Node scale = operand(times, minus.name(), Combine.By.MULTIPLY);
    if (mean == null || scale == null) {
      return false;
    }
    float[] means = numbers(mean);
    float[] scales = numbers(scale);
    Shape shape = input.shape();
    Standardize.Each each = Standardize.Each.of(Math.max(means.length, scales.length), shape);
    int wanted =
        switch (each) {
          case ALL -> 1;
          case UNIT -> shape.dim(0);
          case FEATURE -> shape.size();
        };
    if (means.length != wanted || scales.length != wanted || !alongFirst(each, mean, scale)) {
      return false;
    }
    Map<String, String> taken = new LinkedHashMap<>();
    taken.put("mean", added(times.name() + ".mean", means));
    taken.put("scale", added(times.name() + ".scale", scales));
    nodes.set(
        nodes.indexOf(times),
        new Node(times.name(), new Standardize(each), List.of(input.name()), taken));
    nodes.remove(minus);
    leave(mean);
    leave(scale);
    return true;
  }

  private @Nullable Node onlyReader(String value) {
    List<Node> readers = model.graph().readers().getOrDefault(value, List.of());
    return readers.size() == 1 ? readers.getFirst() : null;
  }

  /** The constant behind a value in what a node combines. */
  private @Nullable Node operand(Node node, String value, Combine.By by) {
    boolean combines =
        node.operator().equals(new Combine(by)) && node.inputs().getFirst().equals(value);
    Node other = combines ? model.graph().node(node.inputs().getLast()) : null;
    return other != null && other.operator() instanceof Constant ? other : null;
  }

  /** Numbers of channels are repeated along the other axes: they have a size of 1 there. */
  private boolean alongFirst(Standardize.Each each, Node mean, Node scale) {
    return each != Standardize.Each.UNIT || (first(mean) && first(scale));
  }

  private boolean first(Node constant) {
    Shape shape = model.graph().shape(constant.name());
    return shape.rank() > 0 && shape.dim(0) == shape.size();
  }

  private float[] numbers(Node constant) {
    return model.value(parameter(constant)).toDense();
  }

  private static String parameter(Node constant) {
    return Objects.requireNonNull(constant.parameters().get("value"), constant.name());
  }

  private String added(String name, float[] numbers) {
    String free = name;
    while (model.graph().hasParameter(free)) {
      free += "_";
    }
    parameters.add(new Parameter(free, Shape.of(numbers.length), Role.CONSTANT));
    values.put(free, DenseMatrix.of(numbers.length, 1, numbers));
    return free;
  }

  private void leave(Node constant) {
    boolean read = nodes.stream().anyMatch(node -> node.inputs().contains(constant.name()));
    if (read) {
      return;
    }
    nodes.remove(constant);
    String name = parameter(constant);
    if (nodes.stream().noneMatch(node -> node.parameters().containsValue(name))) {
      parameters.removeIf(parameter -> parameter.name().equals(name));
      values.remove(name);
    }
  }
}
