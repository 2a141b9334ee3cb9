package dev.ockham.train.pass;

import static dev.ockham.train.pass.SampledNode.needed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A random graph in libtorch is what the reference says in double, with stages by hand and without;
 * and its gradients are central differences of the reference.
 */
class RandomGraphPassTest {
  private static final int ROWS = 3;
  private static final double STEP = 1e-7;

  /** What a gradient may be off by, as part of its own size. */
  private static final double GRADIENTS = 1e-4;

  /** And as part of the largest: a norm of equal units divides what rounding leaves by 1/316. */
  private static final double ROUNDING = 3e-5;

  /** What the slopes of two sides may differ by, as part of the output, where nothing bends. */
  private static final double BEND = 2e-6;

  static LongStream seeds() {
    return RandomGraphs.seeds(240, 10);
  }

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void givesWhatTheReferenceDoes(long seed) {
    GraphSample sample = RandomGraphs.of(seed);
    Model model = sample.model(seed);
    Map<String, float[]> inputs = sample.inputs(seed, ROWS);
    List<double[]> expected = Parity.reference(model, inputs, ROWS);
    Graph graph = RandomGraphs.trained(sample).graph();
    Norms norms = new Norms.Fixed(statistics(model));
    for (boolean byHand : new boolean[] {true, false}) {
      try (SampledGraph pass = new SampledGraph(graph, numbers(model), byHand, ROWS)) {
        Parity.require(
            "%s, stages by hand: %s".formatted(sample, byHand),
            expected,
            Parity.widened(graph, pass.logits(inputs, norms)));
      }
    }
  }

  /** What the norms come to at the statistics that they have. */
  private static NormStatistics statistics(Model model) {
    NormStatistics statistics = new NormStatistics();
    Map<String, float[]> numbers = numbers(model);
    for (Node node : model.graph().nodes()) {
      if (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH) {
        float[] mean = of(node, "mean", numbers);
        float[] variance = of(node, "variance", numbers);
        float[] gamma = of(node, "scale", numbers);
        float[] beta = of(node, "shift", numbers);
        float[] scale = new float[mean.length];
        float[] shift = new float[mean.length];
        for (int unit = 0; unit < mean.length; unit++) {
          double by = gamma[unit] / Math.sqrt(variance[unit] + (double) norm.epsilon());
          scale[unit] = (float) by;
          shift[unit] = (float) (beta[unit] - mean[unit] * by);
        }
        statistics.put(node.name(), new NormStatistics.Rescaling(scale, shift));
      }
    }
    return statistics;
  }

  private static float[] of(Node node, String slot, Map<String, float[]> numbers) {
    return needed(numbers, needed(node.parameters(), slot));
  }

  private static Map<String, float[]> numbers(Model model) {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    model.values().forEach((name, matrix) -> numbers.put(name, matrix.toDense()));
    return numbers;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void itsGradientsAreDifferencesOfTheReference(long seed) {
    GraphSample sample = RandomGraphs.trained(RandomGraphs.of(seed));
    Graph graph = sample.graph();
    Map<String, float[]> numbers = numbers(sample.model(seed));
    Map<String, float[]> inputs = sample.inputs(seed, ROWS);
    Map<String, float[]> byOutput = new LinkedHashMap<>();
    for (String output : graph.outputs()) {
      byOutput.put(output, normals(seed, "by " + output, ROWS * graph.shape(output).size()));
    }
    Map<String, float[]> byHand;
    try (SampledGraph pass = new SampledGraph(graph, numbers, true, ROWS)) {
      pass.forward(inputs);
      byHand = pass.backward(byOutput);
    }
    Map<String, float[]> byAutograd;
    try (SampledGraph pass = new SampledGraph(graph, numbers, false, ROWS)) {
      pass.forward(inputs);
      byAutograd = pass.backward(byOutput);
    }
    Slopes slopes = new Slopes(sample, seed, numbers, inputs, byOutput);
    slopes.require("by hand", byHand);
    slopes.require("by autograd", byAutograd);
  }

  private static float[] normals(long seed, String what, int count) {
    Draws draws = Draws.of(seed, what);
    float[] normals = new float[count];
    for (int i = 0; i < count; i++) {
      normals[i] = (float) draws.normal();
    }
    return normals;
  }

  /** How a sum of the outputs changes along one drawn direction of each parameter. */
  private static final class Slopes {
    private final GraphSample sample;
    private final Map<String, float[]> directions = new LinkedHashMap<>();
    private final Map<String, Double> slopes = new LinkedHashMap<>();

    Slopes(
        GraphSample sample,
        long seed,
        Map<String, float[]> numbers,
        Map<String, float[]> inputs,
        Map<String, float[]> byOutput) {
      this.sample = sample;
      Graph graph = sample.graph();
      Map<String, double[]> at = new LinkedHashMap<>(GraphSample.widened(numbers));
      Map<String, double[]> given = GraphSample.widened(inputs);
      double here = sum(graph, at, given, byOutput);
      for (Parameter parameter : graph.parameters()) {
        String name = parameter.name();
        if (parameter.role().trained()) {
          float[] along = normals(seed, "along " + name, parameter.shape().size());
          double[] values = needed(at, name);
          at.put(name, moved(values, along, STEP));
          double above = sum(graph, at, given, byOutput);
          at.put(name, moved(values, along, -STEP));
          double below = sum(graph, at, given, byOutput);
          at.put(name, values);
          // Where a ReLU bends at just these numbers, the two sides have different slopes.
          if (Math.abs(above - 2 * here + below) / STEP < BEND * Math.max(0.1, Math.abs(here))) {
            directions.put(name, along);
            slopes.put(name, (above - below) / (2 * STEP));
          }
        }
      }
    }

    private static double[] moved(double[] values, float[] along, double step) {
      double[] moved = values.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += step * along[i];
      }
      return moved;
    }

    private static double sum(
        Graph graph,
        Map<String, double[]> numbers,
        Map<String, double[]> inputs,
        Map<String, float[]> byOutput) {
      Map<String, double[]> values = ReferenceForward.run(graph, numbers, inputs, ROWS);
      double sum = 0;
      for (String output : graph.outputs()) {
        double[] given = needed(values, output);
        float[] by = needed(byOutput, output);
        for (int i = 0; i < given.length; i++) {
          sum += by[i] * given[i];
        }
      }
      return sum;
    }

    /** Gradients along the directions are these slopes. */
    void require(String how, Map<String, float[]> gradients) {
      assertThat(slopes.size())
          .as("%s: parameters at which it has a slope", sample)
          .isGreaterThanOrEqualTo(gradients.size() / 3);
      double[] expected = new double[slopes.size()];
      double[] found = new double[expected.length];
      double[] sizes = new double[expected.length];
      double largest = 0;
      int k = 0;
      for (Map.Entry<String, float[]> each : directions.entrySet()) {
        float[] gradient = needed(gradients, each.getKey());
        for (int i = 0; i < gradient.length; i++) {
          found[k] += (double) gradient[i] * each.getValue()[i];
          sizes[k] += Math.abs((double) gradient[i] * each.getValue()[i]);
        }
        expected[k] = needed(slopes, each.getKey());
        largest = Math.max(largest, sizes[k++]);
      }
      for (k = 0; k < expected.length; k++) {
        assertThat(Math.abs(found[k] - expected[k]))
            .as("%s, %s: slope %s is %s, expected %s", sample, how, k, found[k], expected[k])
            .isLessThanOrEqualTo(GRADIENTS * sizes[k] + ROUNDING * largest);
      }
    }
  }
}
