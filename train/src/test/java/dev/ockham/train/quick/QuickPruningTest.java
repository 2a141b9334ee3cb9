package dev.ockham.train.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.evidence.SymmetricMatrix;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.Scores;
import dev.ockham.core.target.NoTargets;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuickPruningTest {

  private static final int EXAMPLES = 60;
  private static final String FIRST = model().graph().prunable().getFirst().name();
  private static final String BIAS = FIRST.replace("weight", "bias");

  private static Model model() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("x", 2, 6, 6);
    Value first = builder.relu(builder.conv2d(x, 6, 3, Geometry.pad(1), Geometry.stride(2)));
    Value second = builder.relu(builder.conv2d(first, 5, 2));
    Graph graph = builder.build(builder.dense(builder.flatten(second), 4));
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] values = normals(parameter.shape().size(), numbers.size());
      for (int i = 0; i < values.length; i++) {
        values[i] *= 0.4f;
      }
      numbers.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), values));
    }
    return new Model("test", graph, numbers);
  }

  private static float[] normals(int count, int stream) {
    NoiseKey key = NoiseKey.of(9, 0, stream);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) CounterDraws.normal(key, i, 0);
    }
    return values;
  }

  /** Neighbouring numbers of an example correlate, as pixels do. */
  private static Examples examples(Model model) {
    float[] values = normals(EXAMPLES * model.input().size(), 90);
    for (int i = 1; i < values.length; i++) {
      values[i] = 0.9f * values[i - 1] + 0.45f * values[i];
    }
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = i % 4;
    }
    return Features.of(model.input(), values, labels);
  }

  private static double distance(Model a, Model b, Examples examples) {
    float[] x = examples.values(0, examples.count());
    float[] left = Plan.of(a).run(x, examples.count(), 1);
    float[] right = Plan.of(b).run(x, examples.count(), 1);
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (left[i] - right[i]) * (left[i] - right[i]) / left.length;
    }
    return sum;
  }

  /** λ in the matrix, one weight gone: w − wₚ H⁻¹[:, p]/H⁻¹[p, p]. */
  @Test
  void leastSquaresOfOneWeightIsOptimalBrainSurgery() {
    int width = 4;
    float[] products = {
      2, 0.5f, 0.3f, 0.1f, 0.5f, 1, 0.4f, 0.2f, 0.3f, 0.4f, 3, 0, 0.1f, 0.2f, 0, 1
    };
    float[] w = {0.5f, -1, 0.8f, 0.2f};
    LeastSquares squares = new LeastSquares(products, width);
    float[] gone = {0.5f, 0, 0.8f, 0.2f};
    float[] solved = squares.solve(w, gone, i -> i != 1);
    double ridge = LeastSquares.RIDGE * (2 + 1 + 3) / 3;
    double[][] matrix = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        matrix[i][j] = products[i * width + j] + (i == j ? ridge : 0);
      }
    }
    double[] column = SymmetricMatrix.inPlace(matrix).solve(new double[] {0, 1, 0, 0});
    for (int i = 0; i < width; i++) {
      assertThat((double) solved[i]).isCloseTo(w[i] - w[1] / column[1] * column[i], within(1e-6));
    }
  }

  @Test
  void rowsOfAConvolutionAreWhatItMultiplies() {
    Model model = model();
    Examples examples = examples(model);
    LayerRows layer =
        LayerRows.of(model.graph(), model.graph().nodes().getFirst(), true).orElseThrow();
    float[] weights = model.value(layer.weight().name()).toDense();
    float[] biases = model.value(BIAS).toDense();
    Graph graph = model.graph();
    Model head =
        new Model(
            "head",
            new Graph(
                graph.inputs(),
                graph.parameters().subList(0, 2),
                graph.nodes().subList(0, 1),
                List.of(layer.node().name())),
            Map.of(
                layer.weight().name(),
                model.value(layer.weight().name()),
                BIAS,
                model.value(BIAS)));
    float[] x = examples.values(3);
    float[] expected = Plan.of(head).run(x, 1, 1);
    float[] row = new float[layer.width()];
    for (int position = 0; position < layer.positions(); position++) {
      layer.write(x, 0, position, row, 0);
      for (int output = 0; output < 6; output++) {
        double sum = biases[output] * row[layer.width() - 1];
        for (int i = 0; i < layer.width() - 1; i++) {
          sum += row[i] * weights[output * (layer.width() - 1) + i];
        }
        assertThat(sum).isCloseTo(expected[output * layer.positions() + position], within(1e-5));
      }
    }
  }

  @Test
  void refittingComesNearerToTheWholeModel() {
    Model whole = model();
    Examples examples = examples(whole);
    Map<String, Matrix> numbers = new LinkedHashMap<>(whole.values());
    for (Parameter parameter : whole.graph().prunable()) {
      float[] weights = whole.value(parameter.name()).toDense();
      Mask mask = Mask.toSparsity(List.of(Scores.magnitude(weights)), 0.4).masks().getFirst();
      numbers.put(
          parameter.name(),
          DenseMatrix.of(parameter.rows(), parameter.columns(), mask.apply(weights)));
    }
    Model pruned = new Model("test", whole.graph(), numbers);
    Model refitted = new Reconstruction(whole, examples, 1, 2).refit(pruned);
    assertThat(refitted.nonZeroWeights()).isEqualTo(pruned.nonZeroWeights());
    assertThat(distance(whole, refitted, examples))
        .isLessThan(0.6 * distance(whole, pruned, examples));
    Model again = new Reconstruction(whole, examples, 1, 1).refit(pruned);
    assertThat(again.value(FIRST).toDense()).isEqualTo(refitted.value(FIRST).toDense());
  }

  @Test
  void prunesToTheWantedSparsity() {
    Model whole = model();
    Examples examples = examples(whole);
    QuickSpec spec = new QuickSpec(40, 60, 2, true, 3, 1);
    QuickPruning.Result half = QuickPruning.of(whole, examples, spec, _ -> {}).toSparsity(0.5);
    assertThat(half.sparsity()).isCloseTo(0.5, within(0.01));
    assertThat(half.model().nonZeroWeights())
        .isEqualTo(half.masks().stream().mapToLong(Mask::kept).sum());
    QuickPruning.Result plain =
        QuickPruning.of(whole, examples, spec.plain(), _ -> {}).toSparsity(0.5);
    assertThat(distance(whole, half.model(), examples))
        .isLessThan(distance(whole, plain.model(), examples));
  }

  @Test
  void evidenceRemovesWhatDataDoNotDetermine() {
    Model whole = model();
    float[] first = whole.value(FIRST).toDense().clone();
    Arrays.fill(first, 0, 9, 1e-4f);
    Map<String, Matrix> numbers = new LinkedHashMap<>(whole.values());
    Parameter parameter = whole.graph().parameter(FIRST);
    numbers.put(FIRST, DenseMatrix.of(parameter.rows(), parameter.columns(), first));
    Model model = new Model("test", whole.graph(), numbers);
    QuickPruning.Result result =
        QuickPruning.of(model, examples(whole), new QuickSpec(60, 60, 3, false, 3, 1), _ -> {})
            .byEvidence();
    for (int i = 0; i < 9; i++) {
      assertThat(result.masks().getFirst().keeps(i)).isFalse();
    }
    assertThat(result.gainNats()).isPositive();
    assertThat(result.sparsity()).isLessThan(1);
  }

  @Test
  void saysInOneLineWhatDoesNotFit() {
    Model whole = model();
    Examples unknown = examples(whole).withTargets(new NoTargets(EXAMPLES));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuickPruning.of(whole, unknown, QuickSpec.defaults(), _ -> {}))
        .withMessageStartingWith("nothing is known of the examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QuickSpec(0, 1, 1, true, 1, 1))
        .withMessage("fisher examples: 0, it must be at least 1");
  }
}
