package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Models of graphs with numbers for tests. */
final class GraphModels {
  private static final int EXAMPLES = 7;

  private GraphModels() {}

  /**
   * A model with random numbers.
   *
   * @param density part of the weights that are not 0
   * @param seed of the numbers
   */
  static Model random(Graph graph, double density, long seed) {
    return of(graph, density, seed, Map.of());
  }

  /** A model with random numbers but for some parameters. */
  static Model of(Graph graph, double density, long seed, Map<String, float[]> given) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        double number = random.nextGaussian() * 0.5;
        boolean kept = !parameter.role().prunable() || random.nextDouble() < density;
        numbers[i] = kept ? (float) number : 0;
        if (parameter.role() == Role.STATISTIC) {
          numbers[i] = Math.abs(numbers[i]) + 0.1f;
        }
        if (parameter.name().endsWith(".factor")) {
          numbers[i] = Math.abs(numbers[i]); // of gates, never below 0
        }
      }
      float[] own = given.getOrDefault(parameter.name(), numbers);
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), own));
    }
    return new Model("test", graph, values);
  }

  /** A model with given numbers, all of them. */
  static Model of(Graph graph, Map<String, float[]> given) {
    assertThat(given.keySet())
        .containsExactlyInAnyOrderElementsOf(
            graph.parameters().stream().map(Parameter::name).toList());
    return of(graph, 1, 1, given);
  }

  /** Zeros some rows (first axis) of a parameter. */
  static Model withoutRows(Model model, String parameter, int... rows) {
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    Matrix before = model.value(parameter);
    float[] numbers = before.toDense();
    for (int row : rows) {
      for (int i = 0; i < before.cols(); i++) {
        numbers[row * before.cols() + i] = 0;
      }
    }
    values.put(parameter, DenseMatrix.of(before.rows(), before.cols(), numbers));
    return new Model(model.architecture(), model.graph(), values);
  }

  /** Numbers of a parameter. */
  static float[] numbers(Model model, String parameter) {
    return model.value(parameter).toDense();
  }

  /** Both give the same for random examples, up to 1e-5 of the largest output. */
  static void assertSameFunction(Model actual, Model expected) {
    SplittableRandom random = new SplittableRandom(99);
    Map<String, double[]> inputs = new LinkedHashMap<>();
    for (Input input : expected.graph().inputs()) {
      double[] numbers = new double[EXAMPLES * input.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = input.shape().rank() == 0 ? random.nextInt(1, 5) : random.nextGaussian();
      }
      inputs.put(input.name(), numbers);
    }
    assertThat(actual.graph().outputs()).hasSameSizeAs(expected.graph().outputs());
    Map<String, double[]> wanted = ReferenceForward.run(expected, inputs, EXAMPLES);
    Map<String, double[]> got = ReferenceForward.run(actual, inputs, EXAMPLES);
    for (int k = 0; k < expected.graph().outputs().size(); k++) {
      String output = expected.graph().outputs().get(k);
      Parity.require(
          output,
          Objects.requireNonNull(wanted.get(output)),
          Objects.requireNonNull(got.get(actual.graph().outputs().get(k))));
    }
  }
}
