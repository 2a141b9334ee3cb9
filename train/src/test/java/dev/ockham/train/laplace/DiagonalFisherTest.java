package dev.ockham.train.laplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One example after another, by differences of what the runtime gives. */
class DiagonalFisherTest {

  private static final int EXAMPLES = 4;
  private static final long SEED = 11;

  static Stream<Graph> graphs() {
    GraphBuilder dense = new GraphBuilder();
    Value hidden = tanh(dense, dense.dense(dense.input("x", 5), 4));
    GraphBuilder conv = new GraphBuilder();
    Value map = tanh(conv, conv.conv2d(conv.input("x", 2, 5, 5), 3, 3, Geometry.pad(1)));
    GraphBuilder steps = new GraphBuilder();
    Value last = steps.recurrent(steps.input("x", 6, 3), Recurrent.Cell.GRU, 4, true);
    return Stream.of(
        dense.build(dense.dense(hidden, 3)),
        conv.build(conv.dense(conv.globalAverage(map), 3)),
        steps.build(steps.dense(last, 3)));
  }

  private static Value tanh(GraphBuilder builder, Value x) {
    return builder.activation(x, Activation.Function.TANH);
  }

  private static float[] normals(int count, int stream, double deviation) {
    NoiseKey key = NoiseKey.of(2, 0, stream);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * CounterDraws.normal(key, i, 0));
    }
    return values;
  }

  private static Model model(Graph graph) {
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] values = normals(parameter.shape().size(), numbers.size(), 0.6);
      numbers.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), values));
    }
    return new Model("test", graph, numbers);
  }

  private static Examples examples(Graph graph) {
    int size = graph.inputs().getFirst().shape().size();
    int[] labels = {0, 2, 1, 2};
    return Features.of(graph.inputs().getFirst().shape(), normals(EXAMPLES * size, 50, 1), labels);
  }

  private static float[] outputs(Model model, float[] example) {
    return Plan.of(model).run(example, 1, 1);
  }

  private static Model moved(Model model, Parameter parameter, int weight, float by) {
    Map<String, Matrix> numbers = new LinkedHashMap<>(model.values());
    float[] values = model.value(parameter.name()).toDense().clone();
    values[weight] += by;
    numbers.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), values));
    return new Model(model.architecture(), model.graph(), numbers);
  }

  /** Σₙ (δₙ · ∂f(xₙ)/∂w)² with the drawn δ held and the derivative by a central difference. */
  private static double byDifferences(
      Model model, Examples examples, Likelihood likelihood, Parameter parameter, int weight) {
    float step = 5e-3f;
    Model up = moved(model, parameter, weight, step);
    Model down = moved(model, parameter, weight, -step);
    double sum = 0;
    for (int n = 0; n < examples.count(); n++) {
      float[] x = examples.values(n);
      float[] given = outputs(model, x);
      float[] delta = new float[given.length];
      likelihood.draw(List.of(given), DiagonalFisher.key(SEED), n, List.of(delta));
      float[] above = outputs(up, x);
      float[] below = outputs(down, x);
      double slope = 0;
      for (int k = 0; k < delta.length; k++) {
        slope += delta[k] * (above[k] - below[k]) / (2.0 * step);
      }
      sum += slope * slope;
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void isTheSumOfSquaresOfEachExample(Graph graph) {
    Model model = model(graph);
    Examples examples = examples(graph);
    Likelihood likelihood = Likelihood.of(model, examples, 1);
    DiagonalFisher fisher = DiagonalFisher.of(model, examples, likelihood, SEED, 1);
    for (Parameter parameter : graph.prunable()) {
      double[] sums = Objects.requireNonNull(fisher.sums().get(parameter.name()));
      double largest = 0;
      for (double h : sums) {
        largest = Math.max(largest, h);
      }
      for (int i = 0; i < sums.length; i += Math.max(1, sums.length / 12)) {
        assertThat(sums[i])
            .as("%s[%s]", parameter.name(), i)
            .isCloseTo(
                byDifferences(model, examples, likelihood, parameter, i),
                within(2e-3 * largest + 0.01 * sums[i]));
      }
    }
  }

  private static double[] sums(Model model, Examples examples, String name, int threads) {
    Likelihood likelihood = Likelihood.of(model, examples, 1);
    DiagonalFisher fisher = DiagonalFisher.of(model, examples, likelihood, SEED, threads);
    return Objects.requireNonNull(fisher.sums().get(name));
  }

  @Test
  void threadsChangeNoMoreThanTheLastBits() {
    Graph graph = graphs().skip(1).findFirst().orElseThrow();
    Model model = model(graph);
    Examples examples = examples(graph);
    String name = graph.prunable().getFirst().name();
    double[] one = sums(model, examples, name, 1);
    double[] three = sums(model, examples, name, 3);
    for (int i = 0; i < one.length; i++) {
      assertThat(three[i]).isCloseTo(one[i], within(1e-12 * (1 + one[i])));
    }
  }

  /** The mean over many draws of (p − e)(p − e)ᵀ is diag(p) − ppᵀ. */
  @Test
  void classesAreDrawnFromTheModel() {
    float[] logits = {0.3f, -1, 1.2f};
    double[] p = new double[3];
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      p[k] = Math.exp(logits[k]);
      sum += p[k];
    }
    double[] squares = new double[3];
    int draws = 20_000;
    float[] delta = new float[3];
    for (int n = 0; n < draws; n++) {
      new Likelihood.Classes().draw(List.of(logits), DiagonalFisher.key(1), n, List.of(delta));
      for (int k = 0; k < 3; k++) {
        squares[k] += (double) delta[k] * delta[k] / draws;
      }
    }
    for (int k = 0; k < 3; k++) {
      double each = p[k] / sum;
      assertThat(squares[k]).isCloseTo(each * (1 - each), within(0.01));
    }
  }

  @Test
  void refusesABatchNorm() {
    GraphBuilder builder = new GraphBuilder();
    Value normed = builder.batchNorm(builder.dense(builder.input("x", 4), 3));
    Model model = model(builder.build(normed));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            DiagonalFisher.of(model, examples(model.graph()), new Likelihood.Classes(), SEED, 1))
        .withMessageContaining("is a batch norm; fold it");
  }
}
