package dev.ockham.train.pass;

import static dev.ockham.train.pass.SampledNode.needed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Role;
import dev.ockham.train.engine.Libtorch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operator in libtorch against the reference in double: what it gives, and its gradients by
 * inputs and parameters against central differences.
 */
class TorchOperatorsTest {

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static final int ROWS = 3;
  private static final long SEED = 7;
  private static final double STEP = 1e-5;

  static List<GraphSample> samples() {
    return OperatorSamples.all();
  }

  static List<GraphSample> withStatistics() {
    return OperatorSamples.of(Normalize.class).stream()
        .filter(sample -> sample.graph().parameters().stream().anyMatch(p -> statistic(p)))
        .toList();
  }

  private static boolean statistic(Parameter parameter) {
    return parameter.role() == Role.STATISTIC;
  }

  @Test
  void everyOperatorHasSamples() {
    for (Class<? extends Operator> type : OperatorSamples.types()) {
      assertThat(OperatorSamples.of(type)).as(type.getSimpleName()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void givesAndDifferentiatesLikeTheReference(GraphSample sample) {
    Graph graph = trained(sample.graph());
    Map<String, float[]> numbers = numbers(sample);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    Map<String, double[]> wide = widened(numbers);
    wide.putAll(GraphSample.widened(inputs));
    double[] expected = reference(graph, wide);
    float[] byOutput = new float[expected.length];
    Draws draws = Draws.of(SEED, "byOutput");
    for (int i = 0; i < byOutput.length; i++) {
      byOutput[i] = (float) draws.normal();
    }
    try (SampledNode node =
        new SampledNode(graph, numbers, Map.of(), false, Estimator.LOCAL, ROWS)) {
      same("output", node.forward(inputs, null, new Norms.OfBatch(), false), expected);
      same("output", node.forward(inputs, null, new Norms.OfBatch(), true), expected);
      Map<String, float[]> gradients = node.backward(byOutput);
      Map<String, double[]> differences = new LinkedHashMap<>();
      for (String name : gradients.keySet()) {
        differences.put(
            name,
            discrete(node.node, name)
                ? new double[needed(wide, name).length]
                : differences(graph, wide, name, byOutput));
      }
      double largest = differences.values().stream().mapToDouble(by -> largest(by)).max().orElse(0);
      differences.forEach(
          (name, by) -> close("gradient by " + name, needed(gradients, name), by, 1e-4 * largest));
    }
  }

  @ParameterizedTest
  @MethodSource("withStatistics")
  void aBatchNormAtFixedStatisticsGivesWhatTheReferenceDoes(GraphSample sample) {
    Map<String, float[]> numbers = numbers(sample);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    Map<String, double[]> wide = widened(numbers);
    wide.putAll(GraphSample.widened(inputs));
    double[] expected = reference(sample.graph(), wide);
    Node norm = OperatorSamples.node(sample);
    float epsilon = ((Normalize) norm.operator()).epsilon();
    float[] mean = Objects.requireNonNull(numbers.get(OperatorSamples.parameter("mean")));
    float[] variance = Objects.requireNonNull(numbers.get(OperatorSamples.parameter("variance")));
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      float[] gamma = numbers.get(OperatorSamples.parameter("scale"));
      float[] beta = numbers.get(OperatorSamples.parameter("shift"));
      double by = (gamma == null ? 1 : gamma[i]) / Math.sqrt(variance[i] + epsilon);
      scale[i] = (float) by;
      shift[i] = (float) ((beta == null ? 0 : beta[i]) - mean[i] * by);
    }
    NormStatistics statistics = new NormStatistics();
    statistics.put(norm.name(), new NormStatistics.Rescaling(scale, shift));
    try (SampledNode node =
        new SampledNode(trained(sample.graph()), numbers, Map.of(), false, Estimator.LOCAL, ROWS)) {
      same("output", node.forward(inputs, null, new Norms.Fixed(statistics), false), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("withStatistics")
  void recordedStatisticsAreThoseOfTheBatch(GraphSample sample) {
    Graph graph = trained(sample.graph());
    if (graph.shape(OperatorSamples.NODE).size() == 0) {
      return;
    }
    Map<String, float[]> numbers = numbers(sample);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    NormStatistics statistics = new NormStatistics();
    try (SampledNode node =
        new SampledNode(graph, numbers, Map.of(), false, Estimator.LOCAL, ROWS)) {
      float[] batch = node.forward(inputs, null, new Norms.OfBatch(), false);
      double[] expected = ReferenceForward.widened(batch);
      same("recorded", node.forward(inputs, null, new Norms.Recorded(statistics), false), expected);
      same("fixed", node.forward(inputs, null, new Norms.Fixed(statistics), false), expected);
    }
  }

  /** Whether a value is a number of a row or of steps, by which there is no gradient. */
  private static boolean discrete(Node node, String name) {
    return switch (node.operator()) {
      case Embed _, LengthMask _ -> node.inputs().contains(name);
      case Recurrent _ -> node.inputs().indexOf(name) == 1;
      default -> false;
    };
  }

  /** The graph as training sees it: without statistics that it has itself. */
  static Graph trained(Graph graph) {
    List<Node> nodes =
        graph.nodes().stream()
            .map(node -> {
              Map<String, String> left = new LinkedHashMap<>(node.parameters());
              left.values().removeIf(name -> statistic(graph.parameter(name)));
              return new Node(node.name(), node.operator(), node.inputs(), left);
            })
            .toList();
    List<Parameter> left = graph.parameters().stream().filter(p -> !statistic(p)).toList();
    return new Graph(graph.inputs(), left, nodes, graph.outputs());
  }

  static Map<String, float[]> numbers(GraphSample sample) {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    sample.model(SEED).values().forEach((name, matrix) -> numbers.put(name, matrix.toDense()));
    return numbers;
  }

  static Map<String, double[]> widened(Map<String, float[]> values) {
    Map<String, double[]> wide = new LinkedHashMap<>();
    values.forEach((name, floats) -> wide.put(name, ReferenceForward.widened(floats)));
    return wide;
  }

  /** What the node gives, for numbers of inputs and parameters by name. */
  static double[] reference(Graph graph, Map<String, double[]> numbers) {
    return Objects.requireNonNull(
        ReferenceForward.run(graph, numbers, numbers, ROWS).get(OperatorSamples.NODE));
  }

  private static double[] differences(
      Graph graph, Map<String, double[]> numbers, String name, float[] byOutput) {
    double[] values = needed(numbers, name);
    double[] by = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double at = values[i];
      values[i] = at + STEP;
      double[] above = reference(graph, numbers);
      values[i] = at - STEP;
      double[] below = reference(graph, numbers);
      values[i] = at;
      for (int k = 0; k < byOutput.length; k++) {
        by[i] += byOutput[k] * (above[k] - below[k]) / (2 * STEP);
      }
    }
    return by;
  }

  /** To 1e-5 of the largest number. */
  static void same(String what, float[] actual, double[] expected) {
    Parity.require(what, expected, ReferenceForward.widened(actual));
  }

  /** The largest of some numbers, without their signs. */
  static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
  }

  /** Each to within a distance. */
  static void close(String what, float[] actual, double[] expected, double allowed) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= allowed)) {
        throw new AssertionError("%s[%d] = %s, not %s".formatted(what, i, actual[i], expected[i]));
      }
    }
  }
}
