package dev.ockham.train.network;

import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
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

  private final Graph graph;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final Map<String, Parameter> moving = new LinkedHashMap<>();

  PlainParameters(Graph graph, Arena arena) {
    this.graph = graph;
    for (var parameter : graph.parameters()) {
      if (!parameter.role().prunable()) {
        byName.put(
            parameter.name(),
            Parameter.zeros(ParameterNames.plain(parameter), arena, parameter.shape().toLongs()));
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

  /**
   * Sets all numbers to their start.
   *
   * @param ordinal number of the first of them in noise
   */
  void initialize(InitialWeights initial, long seed, int ordinal, Kernels kernels) {
    int number = ordinal;
    for (Node node : graph.nodes()) {
      for (String name : node.parameters().values()) {
        var described = graph.parameter(name);
        if (!described.role().prunable()) {
          NativeTensor values = get(name).value();
          float deviation = initial.deviation(graph, node, described);
          float[] start = new float[Math.toIntExact(values.size())];
          if (deviation > 0) {
            NoiseKey key = NoiseKey.of(seed, Network.INITIAL_STEP, number);
            kernels.fillNormal(key, new int[] {0}, start.length, values.segment(), 0, start.length);
            start = values.toArray();
          }
          for (int i = 0; i < start.length; i++) {
            start[i] = InitialWeights.start(node, described) + deviation * start[i];
          }
          values.set(start);
          number++;
        }
      }
    }
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
