package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a model together: the nodes of a network, what raw inputs go through before them, and gates
 * that look at the example between them.
 */
public final class MeanModel {

  private final Architecture architecture;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Matrix> values = new LinkedHashMap<>();

  /** What a value is called now, where something was put behind it. */
  private final Map<String, String> current = new HashMap<>();

  private final Map<String, Shape> shapes = new HashMap<>();

  private MeanModel(Architecture architecture) {
    this.architecture = architecture;
  }

  /**
   * A gate beside a node.
   *
   * @param name what it is called
   * @param onOutputs whether it stands behind the node, and not before it
   * @param operator the gate
   * @param values its parameters by the operator's names for them, one number per unit
   */
  record GateBeside(
      String name, boolean onOutputs, Operator operator, Map<String, float[]> values) {}

  /** A model with what raw values go through before it, where it does not scale them itself. */
  public static Model scaled(Model model, InputScaling scaling) {
    Map<String, float[]> numbers = new HashMap<>();
    model.values().forEach((name, matrix) -> numbers.put(name, matrix.toDense()));
    return of(
        new Architecture(model.architecture(), model.graph()), scaling, null, numbers, Map.of());
  }

  /**
   * The model of some numbers.
   *
   * @param targets what the network learnt numbers as, which its end undoes; null for none
   * @param numbers by the name of the parameter, row-major; every parameter of the graph
   * @param gates by the name of the node that they stand beside
   */
  static Model of(
      Architecture architecture,
      InputScaling scaling,
      @Nullable TargetScaling targets,
      Map<String, float[]> numbers,
      Map<String, GateBeside> gates) {
    MeanModel model = new MeanModel(architecture);
    Graph graph = architecture.graph();
    model.scale(scaling);
    for (Parameter parameter : graph.parameters()) {
      float[] all = numbers.get(parameter.name());
      if (all == null) {
        throw new IllegalArgumentException("no numbers for '" + parameter.name() + "'");
      }
      model.put(parameter, all);
    }
    for (Node node : graph.nodes()) {
      model.add(node, gates.get(node.name()));
    }
    if (targets != null) {
      model.unscale(targets);
    }
    List<String> outputs = graph.outputs().stream().map(model::now).toList();
    return new Model(
        architecture.name(),
        new Graph(graph.inputs(), model.parameters, model.nodes, outputs),
        model.values);
  }

  private void put(Parameter parameter, float[] numbers) {
    parameters.add(parameter);
    values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
  }

  private String now(String value) {
    return current.getOrDefault(value, value);
  }

  private void scale(InputScaling scaling) {
    int from = 0;
    List<Input> inputs = architecture.graph().inputs();
    for (Input input : inputs) {
      int to = from + input.shape().size();
      shapes.put(input.name(), input.shape());
      InputScaling part = inputs.size() == 1 ? scaling : scaling.part(from, to);
      if (architecture.scales(input) && !part.isNone()) {
        Standardize.Each each = Standardize.Each.of(part.mean().length, input.shape());
        part = each == Standardize.Each.FEATURE ? part.over(input.shape().size()) : part;
        behind(
            input.name(),
            input.name() + ".scaling",
            new Standardize(each),
            Map.of("mean", part.mean(), "scale", part.scale()),
            input.name());
      }
      from = to;
    }
  }

  private void add(Node node, @Nullable GateBeside gate) {
    List<String> reads = new ArrayList<>();
    for (String read : node.inputs()) {
      reads.add(now(read));
    }
    if (gate != null && !gate.onOutputs()) {
      // Only this node reads the gated value; others read what it was.
      String before = reads.getFirst();
      nodes.add(gateNode(gate.name(), gate.operator(), gate.values(), before, gate.name()));
      reads.set(0, gate.name());
    }
    nodes.add(new Node(node.name(), node.operator(), reads, node.parameters()));
    shapes.put(node.name(), architecture.graph().shape(node.name()));
    if (gate != null && gate.onOutputs()) {
      behind(node.name(), gate.name(), gate.operator(), gate.values(), gate.name());
    }
  }

  /** Gives means, and logarithms of variances behind them, in the units of the data. */
  private void unscale(TargetScaling targets) {
    int size = targets.outputs();
    float[] mean = new float[size];
    float[] deviation = new float[size];
    float[] logVariance = new float[size];
    float[] ones = new float[size];
    for (int k = 0; k < size; k++) {
      double unit = targets.deviation().get(k);
      mean[k] = (float) (-targets.mean().get(k) / unit);
      deviation[k] = (float) unit;
      logVariance[k] = (float) (-2 * Math.log(unit));
      ones[k] = 1;
    }
    List<String> outputs = architecture.graph().outputs();
    units(outputs.getFirst(), mean, deviation);
    if (outputs.size() == 2) {
      units(outputs.get(1), logVariance, ones);
    }
  }

  private void units(String output, float[] mean, float[] scale) {
    String name = output + ".units";
    Map<String, float[]> numbers = Map.of("mean", mean, "scale", scale);
    behind(output, name, new Standardize(Standardize.Each.FEATURE), numbers, name);
  }

  private void behind(
      String value,
      String name,
      Operator operator,
      Map<String, float[]> numbers,
      String parametersOf) {
    nodes.add(gateNode(name, operator, numbers, value, parametersOf));
    current.put(value, name);
  }

  private Node gateNode(
      String name,
      Operator operator,
      Map<String, float[]> numbers,
      String value,
      String parametersOf) {
    Shape shape = shapes.get(value);
    if (shape == null) {
      throw new IllegalArgumentException("no value '" + value + "' to put " + name + " behind");
    }
    shapes.put(name, shape);
    Map<String, String> taken = new LinkedHashMap<>();
    for (Slot slot : operator.slots(List.of(shape))) {
      float[] given = numbers.get(slot.name());
      if (given != null) {
        String parameter = parametersOf + "." + slot.name();
        put(new Parameter(parameter, slot.shape(), slot.role()), given);
        taken.put(slot.name(), parameter);
      }
    }
    return new Node(name, operator, List.of(value), taken);
  }
}
