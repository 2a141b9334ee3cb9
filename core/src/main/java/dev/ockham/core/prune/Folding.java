package dev.ockham.core.prune;

import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model whose constant units, as far as they may leave, are in biases and in maps of borders, and
 * whose branches that are the same for all examples are numbers; all in original sizes, with the
 * weights that nothing needs any more still there.
 */
final class Folding {
  private final UnitFlow flow;
  private final Model model;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, float[]> changed = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Map<String, String> originals = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Graph graph;

  private Folding(UnitFlow flow) {
    this.flow = flow;
    this.model = flow.model();
    model.graph().inputs().forEach(input -> names.add(input.name()));
    model.graph().nodes().forEach(node -> names.add(node.name()));
    model.graph().parameters().forEach(parameter -> names.add(parameter.name()));
    for (Node node : model.graph().nodes()) {
      if (flow.present(node.name())) {
        add(node);
      }
    }
    Set<String> taken = new HashSet<>();
    nodes.forEach(node -> taken.addAll(node.parameters().values()));
    this.graph =
        new Graph(
            model.graph().inputs(),
            parameters.values().stream().filter(each -> taken.contains(each.name())).toList(),
            nodes,
            model.graph().outputs().stream().map(this::now).toList());
  }

  static Folding of(UnitFlow flow) {
    return new Folding(flow);
  }

  Graph graph() {
    return graph;
  }

  /** The value of the original model whose units a value has. */
  String original(String value) {
    return originals.getOrDefault(value, value);
  }

  /** Numbers of a parameter. */
  float[] numbers(String parameter) {
    float[] own = changed.get(parameter);
    return own == null ? model.value(parameter).toDense() : own;
  }

  /** What the constant units that a node absorbs come to, for the rows that stay. */
  static Contribution contribution(UnitFlow flow, Node node) {
    BitSet absorbed = flow.absorbed(node);
    BitSet rows = flow.staying(node.name());
    if (node.operator() instanceof Recurrent recurrent) {
      BitSet gates = new BitSet();
      for (int gate = 0; gate < recurrent.cell().gates(); gate++) {
        int first = gate * recurrent.hidden();
        rows.stream().forEach(unit -> gates.set(first + unit));
      }
      rows = gates;
    }
    return flow.constants()
        .contribution(
            node,
            Objects.requireNonNull(Absorption.weight(node)),
            Objects.requireNonNull(Absorption.bias(node)),
            rows,
            absorbed::get);
  }

  private String now(String value) {
    return renamed.getOrDefault(value, value);
  }

  private String unused(String name) {
    String free = name;
    for (int i = 2; !names.add(free); i++) {
      free = name + i;
    }
    return free;
  }

  private void add(Node node) {
    if (flow.replaced(node.name())) {
      addConstant(node.name(), node.name(), units(node));
      return;
    }
    Node changedNode =
        new Node(
            node.name(),
            node.operator(),
            node.inputs().stream().map(this::now).toList(),
            node.parameters());
    node.parameters().values().forEach(name -> parameters.put(name, model.graph().parameter(name)));
    if (flow.absorbed(node).isEmpty()) {
      nodes.add(changedNode);
      return;
    }
    Contribution sum = contribution(flow, node);
    sum.settle();
    nodes.add(withBias(changedNode, node, sum));
    if (sum.mapped()) {
      addBorder(node, sum);
    }
  }

  private List<double @Nullable []> units(Node node) {
    UnitLayout layout = UnitLayout.of(model.graph(), node.name());
    List<double @Nullable []> units = new ArrayList<>();
    for (int unit = 0; unit < layout.units(); unit++) {
      double[] numbers = new double[layout.positions()];
      float[] constant = flow.constants().of(node.name(), unit);
      for (int i = 0; constant != null && i < numbers.length; i++) {
        numbers[i] = ConstantMap.at(constant, i);
      }
      units.add(numbers);
    }
    return units;
  }

  /** A node that gives numbers, one array for each unit; null for zeros. */
  private void addConstant(String name, String like, List<double @Nullable []> units) {
    Graph before = model.graph();
    UnitLayout layout = UnitLayout.of(before, like);
    float[] all = new float[layout.size()];
    for (int unit = 0; unit < units.size(); unit++) {
      double[] numbers = units.get(unit);
      for (int i = 0; numbers != null && i < numbers.length; i++) {
        all[layout.at(unit, i)] = (float) numbers[i];
      }
    }
    Shape shape = before.shape(like);
    String parameter = unused(name + ".value");
    parameters.put(parameter, new Parameter(parameter, shape, Role.CONSTANT));
    changed.put(parameter, all);
    originals.put(name, like);
    nodes.add(
        new Node(
            name,
            new Constant(shape, Role.CONSTANT, before.unitAxis(like)),
            List.of(),
            Map.of("value", parameter)));
  }

  /** The node with a bias that has the constants in it, if they come to anything. */
  private Node withBias(Node changedNode, Node node, Contribution sum) {
    String slot = Objects.requireNonNull(Absorption.bias(node));
    String name = node.parameters().get(slot);
    if (name != null && flow.absorption().ownsBias(node)) {
      changed.put(name, sum.biases());
      return changedNode;
    }
    float[] start = name == null ? new float[sum.biases().length] : model.value(name).toDense();
    if (Arrays.equals(start, sum.biases()) || (name == null && flow.absorption().loses(node))) {
      return changedNode;
    }
    Shape shape =
        node.operator().slots(model.graph().inputShapes(node)).stream()
            .filter(each -> each.name().equals(slot))
            .map(Slot::shape)
            .findFirst()
            .orElseThrow();
    String own = unused(node.name() + "." + slot);
    parameters.put(own, new Parameter(own, shape, Role.BIAS));
    changed.put(own, sum.biases());
    Map<String, String> taken = new LinkedHashMap<>(changedNode.parameters());
    taken.put(slot, own);
    return new Node(node.name(), node.operator(), changedNode.inputs(), taken);
  }

  private void addBorder(Node node, Contribution sum) {
    Graph before = model.graph();
    Shape shape = before.shape(node.name());
    int units = before.units(node.name());
    String border = unused(node.name() + ".border");
    List<double @Nullable []> maps = new ArrayList<>();
    for (int unit = 0; unit < units; unit++) {
      maps.add(sum.map(unit));
    }
    if (before.unitAxis(node.name()) == 0 && shape.rank() > 1) {
      addBorderMap(border, node.name(), shape, maps);
    } else {
      String constant = unused(border + ".map");
      addConstant(constant, node.name(), maps);
      nodes.add(new Node(border, new Combine(Combine.By.ADD), List.of(node.name(), constant)));
    }
    originals.put(border, node.name());
    renamed.put(node.name(), border);
  }

  private void addBorderMap(String border, String x, Shape shape, List<double @Nullable []> maps) {
    int[] dims = shape.dims().subList(1, shape.rank()).stream().mapToInt(d -> d).toArray();
    PositionKinds kinds = PositionKinds.of(dims, maps);
    float[] shift = new float[maps.size() * kinds.count()];
    for (int unit = 0; unit < maps.size(); unit++) {
      double[] map = maps.get(unit);
      if (map != null) {
        System.arraycopy(kinds.pick(map), 0, shift, unit * kinds.count(), kinds.count());
      }
    }
    BiasMap operator = new BiasMap(kinds.kinds());
    String parameter = unused(border + ".shift");
    Slot slot = operator.slots(List.of(shape)).getFirst();
    parameters.put(parameter, new Parameter(parameter, slot.shape(), slot.role()));
    changed.put(parameter, shift);
    nodes.add(new Node(border, operator, List.of(x), Map.of("shift", parameter)));
  }
}
