package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchStatisticsTest {
  private static final int COUNT = 300; // more than two blocks

  /** conv1, bn1, relu, conv2, bn2 and, without a layer that it could fold into, relu, bn3. */
  private static Value network(GraphBuilder g) {
    Value x = g.input("x", 2, 6, 5);
    Value y = g.batchNorm(g.conv2d(x, 4, 3, Geometry.pad(1)));
    y = g.batchNorm(g.conv2d(g.relu(y), 3, 2, Geometry.withoutBias()));
    return g.batchNorm(g.relu(y));
  }

  @Test
  void momentsAreThoseOfTheNetworkThatFoldingGives() {
    var g = new GraphBuilder();
    Model model = random(g, network(g));
    float[] inputs = inputs(model, COUNT);

    Map<String, Moments> found = BatchStatistics.of(model, inputs, COUNT);

    assertThat(found.keySet()).containsExactly("bn1", "bn2", "bn3");
    Map<String, Matrix> numbers = new HashMap<>(model.values());
    for (String[] pair : new String[][] {{"bn1", "conv1"}, {"bn2", "conv2"}}) {
      expect(get(found, pair[0]), prefix(pair[1], numbers), inputs, COUNT);
      fold(get(found, pair[0]), pair[0], pair[1], numbers);
    }
    expect(get(found, "bn3"), prefix("relu2", numbers), inputs, COUNT);
  }

  /** The network up to a node, earlier norms folded in. */
  private static Model prefix(String last, Map<String, Matrix> numbers) {
    var g = new GraphBuilder();
    Value x = g.input("x", 2, 6, 5);
    Value y = g.conv2d(x, 4, 3, Geometry.pad(1));
    if (!last.equals("conv1")) {
      y = g.conv2d(g.relu(y), 3, 2);
      y = last.equals("conv2") ? y : g.relu(y);
    }
    var graph = g.build(y);
    Map<String, Matrix> own = new HashMap<>();
    for (Parameter parameter : graph.parameters()) {
      own.put(
          parameter.name(),
          numbers.getOrDefault(parameter.name(), DenseMatrix.of(3, 1, new float[3])));
    }
    return new Model("prefix", graph, own);
  }

  private static void fold(
      Moments moments, String norm, String layer, Map<String, Matrix> numbers) {
    float[] gamma = get(numbers, norm + ".scale").toDense();
    float[] beta = get(numbers, norm + ".shift").toDense();
    float[] weight = get(numbers, layer + ".weight").toDense();
    float[] bias =
        numbers.containsKey(layer + ".bias")
            ? get(numbers, layer + ".bias").toDense()
            : new float[gamma.length];
    int columns = weight.length / gamma.length;
    for (int u = 0; u < gamma.length; u++) {
      double scale =
          moments.variance()[u] > 0 ? gamma[u] / Math.sqrt(moments.variance()[u] + 1e-5) : 0;
      for (int i = u * columns; i < (u + 1) * columns; i++) {
        weight[i] = (float) (weight[i] * scale);
      }
      bias[u] = (float) (bias[u] * scale + (beta[u] - moments.mean()[u] * scale));
    }
    numbers.put(layer + ".weight", DenseMatrix.of(gamma.length, columns, weight));
    numbers.put(layer + ".bias", DenseMatrix.of(gamma.length, 1, bias));
  }

  /** Bits of moments that are added up in double, relative to the first value. */
  private static void expect(Moments found, Model prefix, float[] inputs, int count) {
    float[] values = Plan.of(prefix).run(inputs, count, 1);
    Shape shape = prefix.graph().shape(prefix.graph().outputs().get(0));
    int units = shape.dim(0);
    int positions = shape.size() / units;
    for (int u = 0; u < units; u++) {
      double first = values[u * positions];
      double sums = 0;
      double squares = 0;
      for (int example = 0; example < count; example++) {
        double sum = 0;
        double square = 0;
        for (int k = 0; k < positions; k++) {
          double above = values[(example * units + u) * positions + k] - first;
          sum += above;
          square += above * above;
        }
        sums += sum;
        squares += square;
      }
      double shift = sums / ((double) count * positions);
      assertThat(found.mean()[u]).isEqualTo(first + shift);
      assertThat(found.variance()[u])
          .isEqualTo(Math.max(0, squares / ((double) count * positions) - shift * shift));
    }
  }

  /** Vectors write whole, so that blocks of any number of examples have to be padded. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 37, 64, 65, 80, 112, 128, 176})
  void vectorsGiveTheBitsOfPlainLoops(int count) {
    for (boolean picture : new boolean[] {true, false}) {
      var g = new GraphBuilder();
      Value vector = picture ? network(g) : g.batchNorm(g.dense(g.input("x", 20), 12));
      Model model = random(g, vector);
      List<float[]> inputs = List.of(inputs(model, count));

      Map<String, Moments> plain =
          BatchStatistics.of(model, inputs, count, Filling.NONE, Loops.SCALAR);
      Map<String, Moments> vectors =
          BatchStatistics.of(model, inputs, count, Filling.NONE, Loops.VECTORS);

      assertThat(vectors.keySet()).isEqualTo(plain.keySet());
      plain.forEach((name, moments) -> {
        assertThat(get(vectors, name).mean()).as(name).isEqualTo(moments.mean());
        assertThat(get(vectors, name).variance()).as(name).isEqualTo(moments.variance());
      });
    }
  }

  @Test
  void aUnitThatNeverChangesGivesBeta() {
    Moments moments = new Moments(new double[] {2, 3}, new double[] {0, 0.25});

    Rescaling rescaling = moments.rescaling(new float[] {5, 1}, new float[] {7, -1}, 1e-5f);

    assertThat(rescaling.scale()[0]).isZero();
    assertThat(rescaling.shift()[0]).isEqualTo(7);
    assertThat(rescaling.scale()[1]).isEqualTo(1 / Math.sqrt(0.25 + 1e-5));
  }

  @Test
  void gatesGetWhatTheyAreFilledWith() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3, 2, 2);
    Value gated = g.named("gate").node("gate", new DependentGate(0, 0), x);
    Model model = random(g, g.batchNorm(gated));
    float[] inputs = inputs(model, COUNT);
    List<float[]> seen = new ArrayList<>();

    Map<String, Moments> found =
        BatchStatistics.of(
            model,
            inputs,
            COUNT,
            (node, input, count) -> {
              assertThat(node.name()).isEqualTo("gate");
              assertThat(count).isEqualTo(COUNT);
              seen.add(input);
              return Map.of(
                  "scale", column(0, 0, 0), "shift", column(1, 1, 1), "factor", column(1, 0, 0.5f));
            });

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).containsExactly(inputs);
    Moments bare = moments(inputs, Shape.of(3, 2, 2));
    assertThat(get(found, "bn1").mean()[0]).isEqualTo(bare.mean()[0]);
    assertThat(get(found, "bn1").mean()[1]).isZero();
    assertThat(get(found, "bn1").variance()[1]).isZero();
    assertThat(get(found, "bn1").variance()[2]).isEqualTo(bare.variance()[2] / 4);
  }

  private static Moments moments(float[] values, Shape shape) {
    UnitMoments moments = new UnitMoments(shape, 0);
    moments.add(values);
    return moments.moments();
  }

  @Test
  void meansOfUnitsAreTakenPerExample() {
    float[] values = {1, 3, 10, 20, 5, 7, 30, 40};

    Moments moments = UnitMoments.ofMeans(values, Shape.of(2, 2), 0);

    assertThat(moments.mean()).containsExactly(4, 25);
    assertThat(moments.variance()).containsExactly(4, 100);
    assertThat(UnitMoments.ofMeans(values, Shape.of(2, 2), 1).mean()).containsExactly(11.5, 17.5);
  }

  @Test
  void normsWithStatisticsAreLeftAlone() {
    var g = new GraphBuilder();
    Model unknown = random(g, g.batchNorm(g.input("x", 3)));
    Node node = unknown.graph().nodes().get(0);
    Map<String, String> taken = new HashMap<>(node.parameters());
    List<Parameter> parameters = new ArrayList<>(unknown.graph().parameters());
    Map<String, Matrix> numbers = new HashMap<>(unknown.values());
    for (String slot : List.of("mean", "variance")) {
      taken.put(slot, slot);
      parameters.add(new Parameter(slot, Shape.of(3), Role.STATISTIC));
      numbers.put(slot, column(1, 2, 3));
    }
    Graph graph =
        new Graph(
            unknown.graph().inputs(),
            parameters,
            List.of(new Node("bn1", node.operator(), node.inputs(), taken)),
            List.of("bn1"));

    assertThat(BatchStatistics.of(unknown, inputs(unknown, 5), 5)).containsOnlyKeys("bn1");
    assertThat(BatchStatistics.of(new Model("known", graph, numbers), inputs(unknown, 5), 5))
        .isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchStatistics.of(unknown, new float[0], 0))
        .withMessageContaining("node 'bn1' (normalize): no examples");
  }

  private static <T> T get(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  private static Matrix column(float... values) {
    return DenseMatrix.of(values.length, 1, values);
  }

  private static Model random(GraphBuilder g, Value output) {
    var graph = g.build(output);
    Map<String, Matrix> numbers = new HashMap<>();
    for (Parameter parameter : graph.parameters()) {
      Draws draws = Draws.of(3, parameter.name());
      float[] values = new float[parameter.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) draws.normal();
        if (parameter.name().equals("gate.factor")) {
          values[i] = Math.abs(values[i]);
        }
      }
      numbers.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), values));
    }
    return new Model("random", graph, numbers);
  }

  private static float[] inputs(Model model, int count) {
    Draws draws = new Draws(7);
    float[] inputs = new float[count * model.input().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) (2 + draws.normal());
    }
    return inputs;
  }
}
