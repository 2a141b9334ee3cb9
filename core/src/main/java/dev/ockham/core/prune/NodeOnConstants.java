package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node gives for units that are the same for all examples: it is run on them alone. */
final class NodeOnConstants {
  private NodeOnConstants() {}

  /**
   * Numbers that a node gives.
   *
   * @param inputs by input of the node, the numbers of each of its units; null for a unit that
   *     varies, which then counts as 0
   * @return by unit of the output, its numbers, right only where they depend on no unit that
   *     varies; null where one is not finite
   */
  static List<float @Nullable []> of(
      Model model, Node node, List<List<float @Nullable []>> inputs) {
    if (node.operator() instanceof Constant) {
      String value = Objects.requireNonNull(node.parameters().get("value"));
      return units(model.graph(), node, model.value(value).toDense());
    }
    OfUnit function = alone(model, node);
    if (function == null) {
      return run(model, node, inputs);
    }
    Graph graph = model.graph();
    String x = node.inputs().getFirst();
    int axis = axis(node.operator());
    return graph.unitAxis(x) == axis && graph.unitAxis(node.name()) == axis
        ? map(inputs.getFirst(), function)
        : across(graph, node, UnitLayout.of(graph.shape(x), axis), inputs.getFirst(), function);
  }

  /** The axis whose indices have numbers of their own in an operator that is worked out here. */
  private static int axis(Operator operator) {
    return switch (operator) {
      case Normalize norm -> norm.axis();
      case Affine affine -> affine.axis();
      case DependentGate gate -> gate.axis();
      default -> throw new IllegalArgumentException(operator.kind());
    };
  }

  /** Where the units of the values lie along another axis than the operator's, or along none. */
  private static List<float @Nullable []> across(
      Graph graph, Node node, UnitLayout own, List<float @Nullable []> units, OfUnit function) {
    float[] all = joined(UnitLayout.of(graph, node.inputs().getFirst()), units);
    float[] results = new float[all.length];
    for (int index = 0; index < own.units(); index++) {
      float[] numbers = new float[own.positions()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = all[own.at(index, i)];
      }
      float[] result = function.of(index, numbers);
      for (int i = 0; i < numbers.length; i++) {
        results[own.at(index, i)] = result[i];
      }
    }
    return units(graph, node, results);
  }

  /** What becomes of a unit. */
  @FunctionalInterface
  private interface OfUnit {
    float[] of(int unit, float[] numbers);
  }

  private static List<float @Nullable []> map(List<float @Nullable []> units, OfUnit function) {
    List<float @Nullable []> results = new ArrayList<>();
    for (int unit = 0; unit < units.size(); unit++) {
      float[] numbers = units.get(unit);
      float[] known = numbers == null ? ConstantMap.ZERO : numbers;
      results.add(ConstantMap.of(function.of(unit, known)));
    }
    return results;
  }

  /** Of nodes that are worked out here: in training, or to the bit as if without positions. */
  private static @Nullable OfUnit alone(Model model, Node node) {
    float[] scale = vector(model, node, "scale");
    float[] shift = vector(model, node, "shift");
    return switch (node.operator()) {
      case Normalize norm
          when norm.over() == Normalize.Over.BATCH && !node.parameters().containsKey("mean") -> {
        int count = model.graph().shape(node.name()).dim(norm.axis());
        float[] gamma = scale.length == 0 ? filled(count, 1) : scale;
        float[] beta = shift.length == 0 ? filled(count, 0) : shift;
        yield (unit, x) -> normalized(norm, gamma[unit], beta[unit], x);
      }
      case Affine _ -> (unit, x) -> affine(scale[unit], shift[unit], x);
      case DependentGate gate -> {
        float[] factor = vector(model, node, "factor");
        yield (unit, x) -> gated(gate, scale[unit], shift[unit], factor[unit], x);
      }
      default -> null;
    };
  }

  private static float[] vector(Model model, Node node, String slot) {
    String name = node.parameters().get(slot);
    return name == null ? new float[0] : model.value(name).toDense();
  }

  private static float[] filled(int count, float value) {
    float[] all = new float[count];
    Arrays.fill(all, value);
    return all;
  }

  /**
   * A batch norm in training: all examples are alike here, so that mean and variance are those of a
   * unit's own positions, and a unit of one number comes to β.
   */
  private static float[] normalized(Normalize norm, float gamma, float beta, float[] numbers) {
    double mean = 0;
    double square = 0;
    for (float x : numbers) {
      double above = (double) x - numbers[0];
      mean += above / numbers.length;
      square += above * above / numbers.length;
    }
    double variance = Math.max(0, square - mean * mean);
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      double above = (double) numbers[i] - numbers[0] - mean;
      result[i] = (float) (gamma * above / Math.sqrt(variance + norm.epsilon()) + beta);
    }
    return result;
  }

  /** In float, as inference does. */
  private static float[] affine(float scale, float shift, float[] numbers) {
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = numbers[i] * scale + shift;
    }
    return result;
  }

  /** In float, as inference does; the mean of equal numbers is taken to be that number. */
  private static float[] gated(
      DependentGate gate, float scale, float shift, float factor, float[] numbers) {
    float mean = 0;
    for (float x : numbers) {
      mean += x;
    }
    mean = numbers.length == 1 ? numbers[0] : mean / numbers.length;
    float open = factor * Math.min(1f, Math.max(0f, scale * mean + shift));
    float kept = open > gate.cut() ? open : 0;
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = numbers[i] * kept;
    }
    return result;
  }

  private static List<float @Nullable []> run(
      Model model, Node node, List<List<float @Nullable []>> inputs) {
    Graph graph = model.graph();
    List<Input> given = new ArrayList<>();
    Map<String, float[]> numbers = new LinkedHashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String name = node.inputs().get(i);
      if (!numbers.containsKey(name)) {
        given.add(new Input(name, graph.shape(name)));
        numbers.put(name, joined(UnitLayout.of(graph, name), inputs.get(i)));
      }
    }
    List<Parameter> parameters = new ArrayList<>();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (String name : node.parameters().values()) {
      if (values.put(name, model.value(name)) == null) {
        parameters.add(graph.parameter(name));
      }
    }
    Graph alone = new Graph(given, parameters, List.of(node), List.of(node.name()));
    Plan plan = Plan.of(new Model(model.architecture(), alone, values));
    float[] result = plan.run(numbers, 1, 1).get(node.name());
    return units(graph, node, Objects.requireNonNull(result));
  }

  private static float[] joined(UnitLayout layout, List<float @Nullable []> units) {
    float[] all = new float[layout.size()];
    for (int unit = 0; unit < layout.units(); unit++) {
      float[] numbers = units.get(unit);
      for (int i = 0; numbers != null && i < layout.positions(); i++) {
        all[layout.at(unit, i)] = ConstantMap.at(numbers, i);
      }
    }
    return all;
  }

  private static List<float @Nullable []> units(Graph graph, Node node, float[] all) {
    UnitLayout layout = UnitLayout.of(graph, node.name());
    List<float @Nullable []> units = new ArrayList<>();
    for (int unit = 0; unit < layout.units(); unit++) {
      float[] numbers = new float[layout.positions()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = all[layout.at(unit, i)];
      }
      units.add(ConstantMap.of(numbers));
    }
    return units;
  }
}
