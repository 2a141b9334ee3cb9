package dev.ockham.core.prune;

import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
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
 * Leaves out what compaction made idle: sums with zeros become the other summand, sums with numbers
 * that are the same for all examples a map of positions, and nodes and parameters that nothing
 * reads go.
 */
final class Simplification {
  private final Model model;
  private final Graph graph;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Matrix> values = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();

  private Simplification(Model model) {
    this.model = model;
    this.graph = model.graph();
    graph.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
    values.putAll(model.values());
  }

  static Model simplify(Model model) {
    return new Simplification(model).simplified();
  }

  private Model simplified() {
    for (Node node : graph.nodes()) {
      List<String> inputs = node.inputs().stream().map(this::alias).toList();
      Node now = new Node(node.name(), node.operator(), inputs, node.parameters());
      Node sum = sum(now);
      if (sum != null) {
        nodes.put(node.name(), sum);
      }
    }
    List<String> outputs = graph.outputs().stream().map(this::alias).toList();
    Set<String> needed = needed(outputs);
    List<Node> left = nodes.values().stream().filter(n -> needed.contains(n.name())).toList();
    Set<String> taken = new HashSet<>();
    left.forEach(node -> taken.addAll(node.parameters().values()));
    List<Parameter> used =
        parameters.values().stream().filter(p -> taken.contains(p.name())).toList();
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    used.forEach(p -> numbers.put(p.name(), Objects.requireNonNull(values.get(p.name()))));
    return new Model(model.architecture(), new Graph(graph.inputs(), used, left, outputs), numbers);
  }

  private String alias(String value) {
    return aliases.getOrDefault(value, value);
  }

  private Set<String> needed(List<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    for (Node node : List.copyOf(nodes.values()).reversed()) {
      if (needed.contains(node.name())) {
        needed.addAll(node.inputs());
      }
    }
    return needed;
  }

  /** What stands for a node; null where one of the values that it reads does. */
  private @Nullable Node sum(Node node) {
    if (!(node.operator() instanceof Combine combine) || combine.by() != Combine.By.ADD) {
      return node;
    }
    for (int i = 0; i < 2; i++) {
      Node constant = nodes.get(node.inputs().get(i));
      String other = node.inputs().get(1 - i);
      boolean same = graph.shape(other).equals(graph.shape(node.name()));
      if (same && constant != null && constant.operator() instanceof Constant) {
        String parameter = Objects.requireNonNull(constant.parameters().get("value"));
        Matrix numbers = Objects.requireNonNull(values.get(parameter));
        if (numbers.nonZeros() == 0 && mayAlias(node.name(), other)) {
          aliases.put(node.name(), other);
          return null;
        }
        Node map = map(node, constant.name(), other, numbers.toDense());
        return map == null ? node : map;
      }
    }
    return node;
  }

  private boolean mayAlias(String node, String other) {
    return !graph.gives(node)
        || (nodes.containsKey(other) && !graph.gives(other) && !isAliased(other));
  }

  /** Whether an output is a value under another name already. */
  private boolean isAliased(String value) {
    return graph.outputs().stream().anyMatch(output -> alias(output).equals(value));
  }

  /** A sum with numbers as a map of positions; null where units are not along the first axis. */
  private @Nullable Node map(Node sum, String constant, String other, float[] numbers) {
    Shape shape = graph.shape(constant);
    Node given = nodes.get(constant);
    boolean learnt =
        given == null
            || !(given.operator() instanceof Constant numeric)
            || numeric.role() != Role.CONSTANT;
    if (learnt
        || graph.unitAxis(sum.name()) != 0
        || graph.unitAxis(constant) != 0
        || shape.rank() < 2
        || !shape.equals(graph.shape(sum.name()))) {
      return null;
    }
    int positions = shape.product(1, shape.rank());
    List<double @Nullable []> maps = new ArrayList<>();
    for (int unit = 0; unit < shape.dim(0); unit++) {
      double[] map = new double[positions];
      for (int i = 0; i < positions; i++) {
        map[i] = numbers[unit * positions + i];
      }
      maps.add(map);
    }
    int[] dims = shape.dims().subList(1, shape.rank()).stream().mapToInt(d -> d).toArray();
    PositionKinds kinds = PositionKinds.of(dims, maps);
    BiasMap operator = new BiasMap(kinds.kinds());
    Slot slot = operator.slots(List.of(shape)).getFirst();
    String name = sum.name() + ".shift";
    if (parameters.containsKey(name)) {
      return null;
    }
    float[] shift = new float[slot.shape().size()];
    for (int unit = 0; unit < maps.size(); unit++) {
      float[] own = kinds.pick(Objects.requireNonNull(maps.get(unit)));
      System.arraycopy(own, 0, shift, unit * own.length, own.length);
    }
    Parameter parameter = new Parameter(name, slot.shape(), slot.role());
    parameters.put(name, parameter);
    values.put(name, DenseMatrix.of(parameter.rows(), parameter.columns(), shift));
    return new Node(sum.name(), operator, List.of(other), Map.of("shift", name));
  }
}
