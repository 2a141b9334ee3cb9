package dev.ockham.train.pass;

import static dev.ockham.train.pass.SampledNode.needed;
import static dev.ockham.train.pass.TorchOperatorsTest.close;
import static dev.ockham.train.pass.TorchOperatorsTest.same;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.HardConcrete;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How the noise of weights enters operators: with the draws that belong to its key, with the
 * moments that the posterior has, and with gradients through it.
 */
class TorchWeightsTest {

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static final int ROWS = 3;
  private static final int DRAWS = 4000;
  private static final long SEED = 11;
  private static final NoiseSource NOISE = new NoiseSource(5, 9);
  private static final Kernels KERNELS = Kernels.create();

  static List<GraphSample> linear() {
    List<GraphSample> samples = new ArrayList<>();
    for (Class<? extends Operator> type : OperatorSamples.types()) {
      if (LinearInWeights.class.isAssignableFrom(type)) {
        samples.addAll(OperatorSamples.of(type));
      }
    }
    return samples.stream().filter(TorchWeightsTest::hasWeights).toList();
  }

  static List<GraphSample> recurrent() {
    return OperatorSamples.of(Recurrent.class).stream()
        .filter(TorchWeightsTest::hasWeights)
        .toList();
  }

  private static boolean hasWeights(GraphSample sample) {
    return sample.graph().prunable().stream().allMatch(p -> p.shape().size() > 0);
  }

  /** σ² or log α of every weight. */
  private static Map<String, float[]> second(Graph graph, boolean gated) {
    Map<String, float[]> second = new LinkedHashMap<>();
    for (Parameter parameter : graph.prunable()) {
      Draws draws = Draws.of(SEED, parameter.name() + "'");
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (gated ? draws.normal() : 0.05 + 0.4 * draws.uniform());
      }
      second.put(parameter.name(), numbers);
    }
    return second;
  }

  private static float[] noise(Graph graph, String parameter, int[] examples, int width) {
    int ordinal = graph.prunable().indexOf(graph.parameter(parameter));
    float[] noise = new float[examples.length * width];
    KERNELS.fillNormal(
        NOISE.ofWeights(ordinal), examples, width, MemorySegment.ofArray(noise), 0, noise.length);
    return noise;
  }

  private static int[] examples(int rows) {
    return IntStream.range(100, 100 + rows).toArray();
  }

  /** W = θ + σ∘ε, or θ times a hard concrete gate, in double. */
  private static double[] drawn(float[] theta, float[] second, float[] epsilon, boolean gated) {
    double[] weights = new double[theta.length];
    float[] gates = gated ? gates(second, epsilon) : theta;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = gated ? theta[i] * gates[i] : theta[i] + Math.sqrt(second[i]) * epsilon[i];
    }
    return weights;
  }

  private static float[] gates(float[] logAlpha, float[] epsilon) {
    try (TensorScope _ = new TensorScope()) {
      Tensor gates = HardConcrete.sample(Tensor.create(logAlpha), Tensor.create(epsilon));
      return TensorMemory.of(gates).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** What the node gives where all rows have the same drawn weights. */
  private static double[] withDrawn(
      GraphSample sample,
      Map<String, float[]> numbers,
      Map<String, float[]> second,
      Map<String, float[]> inputs,
      boolean gated) {
    Map<String, double[]> wide = TorchOperatorsTest.widened(numbers);
    for (Parameter parameter : sample.graph().prunable()) {
      float[] theta = needed(numbers, parameter.name());
      float[] epsilon = noise(sample.graph(), parameter.name(), new int[] {-1}, theta.length);
      wide.put(parameter.name(), drawn(theta, needed(second, parameter.name()), epsilon, gated));
    }
    wide.putAll(GraphSample.widened(inputs));
    return TorchOperatorsTest.reference(sample.graph(), wide);
  }

  @ParameterizedTest
  @MethodSource("linear")
  void aDrawPerBatchIsOneOfTheKey(GraphSample sample) {
    drawsOncePerBatch(sample, Estimator.PER_BATCH, false);
    drawsOncePerBatch(sample, Estimator.PER_BATCH, true);
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void recurrentWeightsAreDrawnOncePerBatchUnderEveryEstimator(GraphSample sample) {
    for (Estimator estimator : Estimator.values()) {
      drawsOncePerBatch(sample, estimator, false);
      drawsOncePerBatch(sample, estimator, true);
    }
  }

  private static void drawsOncePerBatch(GraphSample sample, Estimator estimator, boolean gated) {
    Map<String, float[]> numbers = TorchOperatorsTest.numbers(sample);
    Map<String, float[]> second = second(sample.graph(), gated);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    try (SampledNode node =
        new SampledNode(sample.graph(), numbers, second, gated, estimator, ROWS)) {
      close(
          "output",
          node.forward(inputs, NOISE, new Norms.OfBatch(), true),
          withDrawn(sample, numbers, second, inputs, gated),
          1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("linear")
  void aDrawPerExampleIsThatOfTheExample(GraphSample sample) {
    drawsPerExample(sample, false);
    drawsPerExample(sample, true);
  }

  private static void drawsPerExample(GraphSample sample, boolean gated) {
    Graph graph = sample.graph();
    Map<String, float[]> numbers = TorchOperatorsTest.numbers(sample);
    Map<String, float[]> second = second(graph, gated);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    String weight = OperatorSamples.parameter("weight");
    float[] theta = needed(numbers, weight);
    float[] epsilon = noise(graph, weight, examples(ROWS), theta.length);
    int size = graph.shape(OperatorSamples.NODE).size();
    double[] expected = new double[ROWS * size];
    for (int row = 0; row < ROWS; row++) {
      float[] own = Arrays.copyOfRange(epsilon, row * theta.length, (row + 1) * theta.length);
      Map<String, double[]> wide = TorchOperatorsTest.widened(numbers);
      wide.put(weight, drawn(theta, needed(second, weight), own, gated));
      wide.putAll(GraphSample.widened(inputs));
      double[] all = TorchOperatorsTest.reference(graph, wide);
      System.arraycopy(all, row * size, expected, row * size, size);
    }
    try (SampledNode node =
        new SampledNode(graph, numbers, second, gated, Estimator.PER_EXAMPLE, ROWS)) {
      same("output", node.forward(inputs, NOISE, new Norms.OfBatch(), true), expected);
    }
  }

  /** op(x, θ) + √op(x², σ²)·ζ in double. */
  private static double[] local(GraphSample sample, Map<String, double[]> values, float[] zeta) {
    Graph graph = sample.graph();
    double[] output = TorchOperatorsTest.reference(graph, values);
    double[] variance = TorchOperatorsTest.reference(graph, ofVariances(sample, values));
    for (int i = 0; i < output.length; i++) {
      output[i] += Math.sqrt(Math.max(1e-8, variance[i])) * zeta[i];
    }
    return output;
  }

  /** Squared inputs, variances for weights, no biases: what the variance of outputs is made of. */
  private static Map<String, double[]> ofVariances(
      GraphSample sample, Map<String, double[]> values) {
    Map<String, double[]> squared = new LinkedHashMap<>(values);
    String weight = OperatorSamples.parameter("weight");
    squared.put(weight, needed(values, weight + "'"));
    squared.computeIfPresent(OperatorSamples.parameter("bias"), (_, b) -> new double[b.length]);
    if (!(OperatorSamples.node(sample).operator() instanceof Embed)) {
      squared.computeIfPresent(
          OperatorSamples.input(0), (_, x) -> Arrays.stream(x).map(v -> v * v).toArray());
    }
    return squared;
  }

  @ParameterizedTest
  @MethodSource("linear")
  void localReparameterizationIsDifferentiated(GraphSample sample) {
    Graph graph = sample.graph();
    if (OperatorSamples.node(sample).operator() instanceof Embed) {
      return; // known numbers have their moments below; unknown ones have no variance
    }
    String weight = OperatorSamples.parameter("weight");
    Map<String, float[]> numbers = TorchOperatorsTest.numbers(sample);
    Map<String, float[]> second = second(graph, false);
    Map<String, float[]> inputs = sample.inputs(SEED, ROWS);
    int size = graph.shape(OperatorSamples.NODE).size();
    float[] zeta = noise(graph, weight, examples(ROWS), size);
    Map<String, double[]> wide = TorchOperatorsTest.widened(numbers);
    wide.putAll(GraphSample.widened(inputs));
    wide.put(weight + "'", ReferenceForward.widened(needed(second, weight)));
    float[] byOutput = new float[ROWS * size];
    Draws draws = Draws.of(SEED, "byOutput");
    for (int i = 0; i < byOutput.length; i++) {
      byOutput[i] = (float) draws.normal();
    }
    try (SampledNode node = new SampledNode(graph, numbers, second, false, Estimator.LOCAL, ROWS)) {
      same(
          "output",
          node.forward(inputs, NOISE, new Norms.OfBatch(), true),
          local(sample, wide, zeta));
      Map<String, float[]> gradients = node.backward(byOutput);
      for (String name : gradients.keySet()) {
        double[] by = differences(sample, wide, name, zeta, byOutput);
        double allowed = 5e-4 * TorchOperatorsTest.largest(by);
        close("gradient by " + name, some(needed(gradients, name)), by, allowed);
      }
    }
  }

  /** So that some fifty of many numbers are looked at. */
  private static int every(int size) {
    return 1 + size / 50;
  }

  private static float[] some(float[] all) {
    int every = every(all.length);
    float[] some = new float[(all.length + every - 1) / every];
    for (int i = 0; i < some.length; i++) {
      some[i] = all[i * every];
    }
    return some;
  }

  private static double[] differences(
      GraphSample sample,
      Map<String, double[]> values,
      String name,
      float[] zeta,
      float[] byOutput) {
    double step = 1e-6;
    double[] numbers = needed(values, name);
    int every = every(numbers.length);
    double[] by = new double[some(new float[numbers.length]).length];
    for (int i = 0; i < by.length; i++) {
      double at = numbers[i * every];
      numbers[i * every] = at + step;
      double[] above = local(sample, values, zeta);
      numbers[i * every] = at - step;
      double[] below = local(sample, values, zeta);
      numbers[i * every] = at;
      for (int k = 0; k < byOutput.length; k++) {
        by[i] += byOutput[k] * (above[k] - below[k]) / (2 * step);
      }
    }
    return by;
  }

  @ParameterizedTest
  @MethodSource("linear")
  void localReparameterizationHasTheMomentsOfThePosterior(GraphSample sample) {
    Graph graph = sample.graph();
    Map<String, float[]> numbers = TorchOperatorsTest.numbers(sample);
    Map<String, float[]> second = second(graph, false);
    Map<String, float[]> one = sample.inputs(SEED, 1);
    Map<String, float[]> inputs = new LinkedHashMap<>();
    one.forEach((name, x) -> inputs.put(name, repeated(x, DRAWS)));
    Map<String, double[]> wide = TorchOperatorsTest.widened(numbers);
    wide.putAll(GraphSample.widened(one));
    String weight = OperatorSamples.parameter("weight");
    wide.put(weight + "'", ReferenceForward.widened(needed(second, weight)));
    double[] means = oneRow(graph, wide);
    double[] variances = oneRow(graph, ofVariances(sample, wide));
    try (SampledNode node =
        new SampledNode(graph, numbers, second, false, Estimator.LOCAL, DRAWS)) {
      float[] output = node.forward(inputs, NOISE, new Norms.OfBatch(), false);
      for (int i = 0; i < means.length; i++) {
        hasMoments(output, i, means, variances);
      }
    }
  }

  private static double[] oneRow(Graph graph, Map<String, double[]> values) {
    return Objects.requireNonNull(
        ReferenceForward.run(graph, values, values, 1).get(OperatorSamples.NODE));
  }

  private static float[] repeated(float[] values, int times) {
    float[] all = new float[values.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i % values.length];
    }
    return all;
  }

  /** Mean and variance within 5.5 standard errors, and no covariance with the next output. */
  private static void hasMoments(float[] output, int unit, double[] means, double[] variances) {
    int size = means.length;
    double variance = variances[unit] + 1e-7;
    int next = (unit + 1) % size;
    double sum = 0;
    double squares = 0;
    double products = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double off = output[draw * size + unit] - means[unit];
      sum += off;
      squares += off * off;
      products += off * (output[draw * size + next] - means[next]);
    }
    double error = 5.5 * Math.sqrt(variance / DRAWS) + 1e-5;
    assertThat(Math.abs(sum / DRAWS)).as("mean of output %d", unit).isLessThan(error);
    assertThat(Math.abs(squares / DRAWS - variances[unit]))
        .as("variance of output %d", unit)
        .isLessThan(5.5 * variance * Math.sqrt(2.0 / DRAWS) + 1e-6);
    if (size > 1) {
      assertThat(Math.abs(products / DRAWS))
          .as("covariance of outputs %d and %d", unit, next)
          .isLessThan(5.5 * Math.sqrt(variance * (variances[next] + 1e-7) / DRAWS) + 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("linear")
  void gatedWeightsHaveNoLocalForm(GraphSample sample) {
    Map<String, float[]> numbers = TorchOperatorsTest.numbers(sample);
    Map<String, float[]> second = second(sample.graph(), true);
    assertThatThrownBy(
            () -> {
              try (SampledNode node =
                  new SampledNode(sample.graph(), numbers, second, true, Estimator.LOCAL, ROWS)) {
                throw new IllegalStateException("made " + node.node);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gated weights have no local form");
  }
}
