package dev.ockham.train.network;

import dev.ockham.core.run.ParameterNames;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Role;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The parameters of a network that are plain numbers, nothing being believed of them: biases, what
 * norms scale by and add, slopes, and fixed numbers. By the graph's names.
 */
public final class PlainParameters implements AutoCloseable {

  /** Slope of a PReLU at the start (arXiv:1502.01852, section 2.1). */
  private static final float PRELU_SLOPE = 0.25f;

  private final Graph graph;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final Map<String, Parameter> moving = new LinkedHashMap<>();

  PlainParameters(Graph graph, Arena arena) {
    this.graph = graph;
    for (var parameter : graph.parameters()) {
      if (!parameter.role().prunable()) {
        byName.put(
            parameter.name(),
            Parameter.zeros(
                ParameterNames.plain(parameter), arena, parameter.shape().toLongs()));
        if (parameter.role().trained() && !rests(parameter.name())) {
          moving.put(parameter.name(), get(parameter.name()));
        }
      }
    }
  }

  /** All of them, by the graph's names, in its order. */
  public Map<String, Parameter> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /** All of them, in the graph's order. */
  public Collection<Parameter> all() {
    return byName().values();
  }

  /** One of them, by the graph's name. */
  public Parameter get(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }

  /** Sets what scales to 1 and slopes to their start; everything else is 0 already. */
  void initialize() {
    for (Node node : graph.nodes()) {
      for (String name : node.parameters().values()) {
        if (graph.parameter(name).role() == Role.SCALE) {
          fill(get(name), node.operator() instanceof PRelu ? PRELU_SLOPE : 1);
        }
      }
    }
  }

  private static void fill(Parameter parameter, float value) {
    float[] values = new float[Math.toIntExact(parameter.value().size())];
    Arrays.fill(values, value);
    parameter.value().set(values);
  }

  /** Those that steps change, by the graph's names. */
  Map<String, Parameter> moving() {
    return moving;
  }

  /**
   * The bias of a node that only batch norms read rests where it began: they take it away again,
   * and Adam would make steps of the rounding noise that is its gradient.
   */
  private boolean rests(String name) {
    Map<String, List<Node>> readers = graph.readers();
    for (Node node : graph.nodes()) {
      if (name.equals(node.parameters().get("bias"))) {
        List<Node> reading = readers.getOrDefault(node.name(), List.of());
        return !reading.isEmpty() && reading.stream().allMatch(PlainParameters::normalizes);
      }
    }
    return false;
  }

  private static boolean normalizes(Node node) {
    return node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH;
  }

  @Override
  public void close() {
    byName.values().forEach(Parameter::close);
  }
}
