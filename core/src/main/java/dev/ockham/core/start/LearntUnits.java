package dev.ockham.core.start;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings a network that gives numbers in the units of the data into those that a run learns. A run
 * scales the numbers to learn, and its model undoes that behind the network; so a network that does
 * it already would do it twice.
 */
public final class LearntUnits {

  /** A shift of a logarithm below this is what rounding to floats leaves. */
  private static final double NOTHING = 1e-5;

  private final TrainedWeights weights;
  private final TargetScaling scaling;
  private final List<Node> nodes;
  private final List<Parameter> parameters;
  private final SortedMap<String, float[]> values;
  private final List<String> outputs = new ArrayList<>();

  private LearntUnits(TrainedWeights weights, TargetScaling scaling) {
    this.weights = weights;
    this.scaling = scaling;
    Graph graph = weights.architecture().graph();
    this.nodes = new ArrayList<>(graph.nodes());
    this.parameters = new ArrayList<>(graph.parameters());
    this.values = new TreeMap<>(weights.values());
  }

  /**
   * A network as a run of numbers begins with it.
   *
   * @param weights the network without what gives the units of the data
   * @param scaling of the run, which gives them
   */
  public record Start(TrainedWeights weights, TargetScaling scaling) {}

  /**
   * The network as a run of numbers begins with it: run and network together give what the weights
   * gave before. Units that the weights bring along become the run's.
   *
   * @param ofData what the run's own training numbers would be scaled by
   * @throws IllegalArgumentException in one line, if what is at the network's end cannot be undone
   */
  public static Start of(TrainedWeights weights, TargetScaling ofData) {
    TargetScaling units = weights.units();
    if (units == null) {
      return new Start(weights, ofData);
    }
    boolean plain = units.equals(TargetScaling.none(units.outputs()));
    TargetScaling scaling = plain ? ofData : units;
    LearntUnits within = new LearntUnits(weights, scaling);
    boolean learnt = !plain && within.line(0).gone().isEmpty();
    return new Start(learnt ? weights : within.inside(), scaling);
  }

  /**
   * What a model scales its numbers by at its end; a scaling that changes nothing where it does
   * not; null where it gives no numbers that could be learnt.
   */
  static @Nullable TargetScaling of(Model model) {
    Graph graph = model.graph();
    String output = graph.outputs().getFirst();
    int size = graph.shape(output).size();
    return size == 0
        ? null
        : OutputLine.of(graph, output, name -> model.value(name).toDense())
            .units()
            .orElseGet(() -> TargetScaling.none(size));
  }

  private OutputLine line(int output) {
    Graph graph = weights.architecture().graph();
    return OutputLine.of(
        graph,
        graph.outputs().get(output),
        name -> Objects.requireNonNull(weights.values().get(name), name));
  }

  private TrainedWeights inside() {
    Graph graph = weights.architecture().graph();
    for (int output = 0; output < graph.outputs().size(); output++) {
      outputs.add(inside(graph, output));
    }
    Graph inner = new Graph(graph.inputs(), parameters, nodes, outputs);
    return weights.with(new Architecture(weights.architecture().name(), inner), values);
  }

  /** Takes one output into the learnt units; its new name. */
  private String inside(Graph graph, int output) {
    OutputLine line = line(output);
    int size = graph.shape(line.inner()).size();
    double[] factor = new double[size];
    double[] shift = new double[size];
    boolean same = true;
    for (int k = 0; k < size; k++) {
      double deviation = scaling.deviation().get(k);
      factor[k] = output == 0 ? line.factor(k) / deviation : line.factor(k);
      shift[k] =
          output == 0
              ? (line.shift(k) - scaling.mean().get(k)) / deviation
              : line.shift(k) - 2 * Math.log(deviation);
      same &= factor[k] == 1 && Math.abs(shift[k]) < NOTHING;
    }
    nodes.removeAll(line.gone());
    for (Node node : line.gone()) {
      for (String name : node.parameters().values()) {
        if (nodes.stream().noneMatch(other -> other.parameters().containsValue(name))) {
          parameters.removeIf(parameter -> parameter.name().equals(name));
          values.remove(name);
        }
      }
    }
    if (!same) {
      change(graph, line.inner(), factor, shift);
    }
    return line.inner();
  }

  /** Makes the node of a value give {@code factor · value + shift}. */
  private void change(Graph graph, String value, double[] factor, double[] shift) {
    Node node = graph.node(value);
    if (node == null) {
      throw refused(value, "an input");
    }
    String kind = node.operator().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    boolean read =
        graph.readers().getOrDefault(value, List.of()).stream()
            .filter(nodes::contains)
            .anyMatch(reader -> !(reader.operator() instanceof Reshape));
    Map<String, String> slots = node.parameters();
    boolean shared =
        graph.nodes().stream()
            .filter(other -> !other.equals(node))
            .anyMatch(other -> slots.values().stream().anyMatch(other.parameters()::containsValue));
    if (read || shared) {
      throw refused(value, kind + (read ? ", read elsewhere" : ", with shared weights"));
    }
    switch (node.operator()) {
      case Reshape _ -> change(graph, node.inputs().getFirst(), factor, shift);
      case Linear linear when linear.outputs() == factor.length -> {
        times(name(slots, "weight"), factor);
        if (!slots.containsKey("bias")) {
          addBias(node, value + ".bias", factor.length);
        }
        line(slots.getOrDefault("bias", value + ".bias"), factor, shift);
      }
      case Affine _ when graph.shape(value).rank() == 1 -> {
        times(name(slots, "scale"), factor);
        line(name(slots, "shift"), factor, shift);
      }
      case Constant _ -> line(name(slots, "value"), factor, shift);
      default -> throw refused(value, kind);
    }
  }

  private IllegalArgumentException refused(String value, String kind) {
    return new IllegalArgumentException(
        "%s: its output '%s' (%s) cannot be scaled, as numbers to learn are; start from a network whose last layer is linear"
            .formatted(weights.source(), value, kind));
  }

  private static String name(Map<String, String> slots, String slot) {
    return Objects.requireNonNull(slots.get(slot), slot);
  }

  private void addBias(Node node, String name, int size) {
    parameters.add(new Parameter(name, Shape.of(size), Role.BIAS));
    values.put(name, new float[size]);
    Map<String, String> taken = new LinkedHashMap<>(node.parameters());
    taken.put("bias", name);
    nodes.set(nodes.indexOf(node), new Node(node.name(), node.operator(), node.inputs(), taken));
  }

  /** Rows of a matrix times a factor each. */
  private void times(String name, double[] factor) {
    float[] numbers = Objects.requireNonNull(values.get(name), name).clone();
    int row = numbers.length / factor.length;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (numbers[i] * factor[i / row]);
    }
    values.put(name, numbers);
  }

  private void line(String name, double[] factor, double[] shift) {
    float[] numbers = Objects.requireNonNull(values.get(name), name).clone();
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = (float) (numbers[k] * factor[k] + shift[k]);
    }
    values.put(name, numbers);
  }
}
