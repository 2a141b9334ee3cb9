package dev.ockham.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.plan.Plan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  @Test
  void denseLayerByHand() {
    var g = new GraphBuilder();
    Value x = g.input("x", 1, 1, 3);
    Value scaled = g.named("scaling").node("", new Standardize(Standardize.Each.ALL), x);
    Model model =
        model(
            g.build(g.named("fc").dense(g.flatten(scaled), 2)),
            Map.of(
                "scaling.mean", numbers(1),
                "scaling.scale", numbers(2),
                "fc.weight", numbers(1, 2, 3, -1, 0, 4),
                "fc.bias", numbers(0.5f, -1)));

    // scaled inputs: (1, 2, 3) -> (0, 2, 4) and (0, 1, 0) -> (-2, 0, -2)
    assertThat(Plan.of(model).run(numbers(1, 2, 3, 0, 1, 0), 2, 1))
        .containsExactly(16.5f, 15, -7.5f, -7);
  }

  @Test
  void convolutionAndPoolingByHand() {
    // two input channels of 2 × 4, a 2 × 2 kernel: output is 1 × 1 × 3, pooled to 1 × 1 × 2
    var g = new GraphBuilder();
    Value convolved = g.named("conv").conv2d(g.input("x", 2, 2, 4), 1, 2);
    Value rows = g.reshape(convolved, 1, 3, 1);
    Graph graph = g.build(g.flatten(convolved));
    Graph pooled = g.build(g.maxPool(g.reshape(g.concat(2, rows, rows), 1, 2, 3), 2));
    Map<String, float[]> values =
        Map.of("conv.weight", numbers(1, -1, 0, 2, 1, 0, 0, -1), "conv.bias", numbers(10));
    float[] image = {
      1, 2, 4, 8, // channel 0
      3, 3, 0, 1,
      0, 1, 0, 5, // channel 1
      2, 7, 1, 100
    };

    assertThat(Plan.of(model(graph, values)).run(image, 1, 1))
        .containsExactly(
            10 + (1 - 2 + 2 * 3) + (0 - 7),
            10 + (2 - 4 + 2 * 0) + (1 - 1),
            10 + (4 - 8 + 2 * 1) + (0 - 100));
    // 8 8 8 / 8 -92 -92: the third column does not fill a window and is dropped
    assertThat(Plan.of(model(pooled, values)).run(image, 1, 1)).containsExactly(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 128, 129, 300})
  void agreesWithDoublePrecisionAtAnyBatchSize(int count) {
    Model model = SmallNetwork.of(count, 0.6);
    float[] images = SmallNetwork.images(count, count);

    float[] logits = Plan.of(model).run(images, count, 2);

    double[] expected = SmallNetwork.reference(model, images, count);
    assertThat(logits).hasSize(count * 3);
    Parity.require("logits", expected, ReferenceForward.widened(logits));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    Model model = SmallNetwork.of(5, 0.5);
    float[] images = SmallNetwork.images(5, 700);

    assertThat(Plan.of(model).run(images, 700, threads))
        .isEqualTo(Plan.of(model).run(images, 700, 1));
  }

  @Test
  void bitsDoNotDependOnTheBatchAnExampleIsIn() {
    Model model = SmallNetwork.of(6, 0.5);
    float[] images = SmallNetwork.images(6, 131);
    float[] together = Plan.of(model).run(images, 131, 1);
    int size = model.input().size();

    for (int i = 0; i < 131; i++) {
      assertThat(Plan.of(model).run(Arrays.copyOfRange(images, i * size, (i + 1) * size), 1, 1))
          .isEqualTo(Arrays.copyOfRange(together, i * 3, (i + 1) * 3));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 1})
  void compressedRowsGiveTheSameBitsAsDenseStorage(double density) {
    Model dense = SmallNetwork.of(7, density);
    Map<String, Matrix> compressed = new LinkedHashMap<>();
    dense.values().forEach((name, matrix) -> compressed.put(name, matrix.asCsr()));
    Model sparse = new Model("compressed", dense.graph(), compressed);
    float[] images = SmallNetwork.images(7, 50);

    assertThat(Plan.of(sparse).run(images, 50, 1)).isEqualTo(Plan.of(dense).run(images, 50, 1));
    assertThat(sparse.nonZeroWeights()).isEqualTo(dense.nonZeroWeights());
    assertThat(sparse.weightCount())
        .isEqualTo(dense.weightCount())
        .isEqualTo(5 * 2 * 9 + 7 * 5 * 4 + 11 * 28 + 3 * 11);
    if (density == 1) {
      assertThat(dense.nonZeroWeights()).isEqualTo(dense.weightCount());
    }
  }

  @Test
  void layersWithoutUnitsGiveTheBiasOfTheNext() {
    var g = new GraphBuilder();
    Window window = Window.of(2, 3, 1, 0, 1);
    Value gone = g.named("c1").node("", new Convolution(0, window, 1), g.input("x", 1, 6, 6));
    Value dead = g.flatten(g.maxPool(gone, 2));
    Value hidden = g.relu(g.named("f1").dense(dead, 3));
    Model model =
        model(
            g.build(g.named("f2").dense(hidden, 2)),
            Map.of(
                "c1.weight", numbers(),
                "c1.bias", numbers(),
                "f1.weight", numbers(),
                "f1.bias", numbers(1, -2, 3),
                "f2.weight", numbers(1, 1, 1, 0, 0, 2),
                "f2.bias", numbers(0, 1)));

    assertThat(Plan.of(model).run(new float[72], 2, 1)).containsExactly(4, 7, 4, 7);
  }

  @Test
  void softmaxIsStableAndSumsToOne() {
    float[] rows = {1000, 1000, 0, (float) Math.log(3)};

    Prediction.softmaxInPlace(rows, 2);

    assertThat(rows[0]).isEqualTo(0.5f);
    assertThat(rows[1]).isEqualTo(0.5f);
    assertThat(rows[2]).isCloseTo(0.25f, within(1e-6f));
    assertThat(rows[3]).isCloseTo(0.75f, within(1e-6f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prediction.softmaxInPlace(rows, 3))
        .withMessage("classes = 3 does not divide 4 logits");
  }

  @Test
  void refusesABatchOfTheWrongSize() {
    Model model = relu(3);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model).run(new float[5], 2, 1))
        .withMessage("count = 2 examples of 3 values do not match 'x' of 5 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model).run(new float[0], -1, 1))
        .withMessage("count = -1, it must be >= 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Plan.of(model).run(new float[3], 1, 0))
        .withMessage("threads = 0, it must be >= 1");
  }

  @Test
  void gatesSeeTheMeanOfTheirUnit() {
    Map<String, float[]> values =
        Map.of(
            "gate.scale", numbers(0.5f, 1),
            "gate.shift", numbers(0.25f, 0),
            "gate.factor", numbers(0.8f, 0.5f));

    // Means 1 and 4: 0.8 · 0.75 and 0.5 · 1. Means −1 and 0.1: below 0, and 0.05 at most the cut.
    assertThat(
            Plan.of(model(gate(Shape.of(2, 1, 2)), values))
                .run(numbers(0, 2, 3, 5, -3, 1, 0.1f, 0.1f), 2, 1))
        .containsExactly(numbers(0, 1.2f, 1.5f, 2.5f, 0, 0, 0, 0), within(1e-6f));
  }

  @Test
  void factorsOfGatesAreNotBelowZero() {
    Map<String, float[]> values = new LinkedHashMap<>();
    values.put("gate.scale", numbers(1, 1));
    values.put("gate.shift", numbers(-1, -1));
    values.put("gate.factor", numbers(0, -0f));
    Graph gate = gate(Shape.of(2));

    assertThat(Plan.of(model(gate, values)).run(numbers(3, 3), 1, 1)).containsExactly(0, 0);
    values.put("gate.factor", numbers(0, -0.5f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(gate, values))
        .withMessage("gate 'gate': factor[1] = -0.5 is negative");
  }

  private static Graph gate(Shape shape) {
    var g = new GraphBuilder();
    return g.build(g.named("gate").node("", new DependentGate(0, 0.1f), g.input("x", shape)));
  }

  @Test
  void everyFeatureMayHaveItsOwnScale() {
    var g = new GraphBuilder();
    Graph graph =
        g.build(
            g.named("scaling")
                .node("", new Standardize(Standardize.Each.FEATURE), g.input("x", 2)));

    assertThat(
            Plan.of(
                    model(
                        graph,
                        Map.of("scaling.mean", numbers(1, 10), "scaling.scale", numbers(2, 0.5f))))
                .run(numbers(4, 6, 1, 10), 2, 1))
        .containsExactly(6, -2, 0, 0);
  }

  @Test
  void numbersFitTheGraph() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.named("fc").dense(g.input("x", 3), 2));
    Map<String, Matrix> values = new LinkedHashMap<>();
    values.put("fc.weight", DenseMatrix.of(2, 3, new float[6]));

    refused(graph, values, "parameter 'fc.bias' has no numbers");
    values.put("fc.bias", DenseMatrix.of(1, 2, new float[2]));
    refused(graph, values, "parameter 'fc.bias' of 2 has a matrix of 1 × 2");
    values.put("fc.bias", DenseMatrix.of(2, 1, numbers(0, Float.POSITIVE_INFINITY)));
    refused(graph, values, "parameter 'fc.bias': number 1 = Infinity is not finite");
    values.put("fc.bias", DenseMatrix.of(2, 1, new float[2]));
    values.put("fc.weight", DenseMatrix.of(2, 3, numbers(0, 0, 0, 0, Float.NaN, 0)).asCsr());
    refused(graph, values, "parameter 'fc.weight': number 0 = NaN is not finite");
    values.put("fc.weight", DenseMatrix.of(2, 3, new float[6]));
    values.put("fc.slope", DenseMatrix.of(2, 1, new float[2]));
    refused(graph, values, "'fc.slope' is no parameter of the graph");
  }

  private static void refused(Graph graph, Map<String, Matrix> values, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Model("refused", graph, values))
        .withMessage(message);
  }

  @Test
  void valuesAreACopy() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.named("fc").dense(g.input("x", 1), 1));
    Map<String, Matrix> values = new LinkedHashMap<>();
    values.put("fc.weight", DenseMatrix.of(1, 1, numbers(2)));
    values.put("fc.bias", DenseMatrix.of(1, 1, numbers(3)));
    Model model = new Model("copy", graph, values);

    values.put("fc.bias", DenseMatrix.of(1, 1, numbers(100)));

    assertThat(Plan.of(model).run(numbers(1), 1, 1)).containsExactly(5);
  }

  @Test
  void oneInputAndOneOutputWhereOneIsMeant() {
    var g = new GraphBuilder();
    Value x = g.input("x", 2);
    Value y = g.input("y", 2);
    Model two = new Model("two", g.build(g.add(x, y)), Map.of());
    Model both = new Model("both", relu(2).graph(), Map.of());
    var h = new GraphBuilder();
    Value z = h.input("z", 2);
    Model outputs = new Model("outputs", h.build(z, h.relu(z)), Map.of());

    assertThat(both.input()).isEqualTo(Shape.of(2));
    assertThat(both.classes()).isEqualTo(2);
    assertThatIllegalStateException()
        .isThrownBy(two::input)
        .withMessage("two has 2 inputs, not one");
    assertThatIllegalStateException()
        .isThrownBy(() -> Plan.of(two).run(new float[2], 1, 1))
        .withMessage("a model of 2 inputs and 1 outputs is run by their names");
    assertThatIllegalStateException()
        .isThrownBy(outputs::classes)
        .withMessage("outputs has 2 outputs, not one");
  }

  private static Model relu(int size) {
    var g = new GraphBuilder();
    return new Model("relu", g.build(g.relu(g.input("x", size))), Map.of());
  }

  private static Model model(Graph graph, Map<String, float[]> numbers) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      values.put(
          parameter.name(),
          DenseMatrix.of(
              parameter.rows(),
              parameter.columns(),
              Objects.requireNonNull(numbers.get(parameter.name()), parameter.name())));
    }
    return new Model("test", graph, values);
  }

  private static float[] numbers(float... numbers) {
    return numbers;
  }
}
