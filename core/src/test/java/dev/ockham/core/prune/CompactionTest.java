package dev.ockham.core.prune;

import static dev.ockham.core.prune.GraphModels.assertSameFunction;
import static dev.ockham.core.prune.GraphModels.numbers;
import static dev.ockham.core.prune.GraphModels.withoutRows;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactionTest {

  @Test
  void foldsConstantsThroughReluAndDropsUnusedUnits() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.dense(g.relu(g.dense(g.input("x", 2), 4)), 1));
    Model model =
        GraphModels.of(
            graph,
            Map.of(
                // unit 0 lives; 1 is the constant 3; 2 is the constant -4, cut to 0; 3 is unused
                "dense1.weight", new float[] {1, 2, 0, 0, 0, 0, 5, 5},
                "dense1.bias", new float[] {0.5f, 3, -4, 9},
                "dense2.weight", new float[] {1, 10, 100, 0},
                "dense2.bias", new float[] {0.25f}));

    Model compacted = Compaction.compact(model);

    assertThat(numbers(compacted, "dense1.weight")).containsExactly(1, 2);
    assertThat(numbers(compacted, "dense1.bias")).containsExactly(0.5f);
    assertThat(numbers(compacted, "dense2.weight")).containsExactly(1);
    assertThat(numbers(compacted, "dense2.bias")).containsExactly(30.25f);
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
  }

  @Test
  void foldsADeadChannelThroughPoolingAndFlattenAndKeepsTheColumnsOfTheLiving() {
    var g = new GraphBuilder();
    Value pooled = g.maxPool(g.conv2d(g.input("x", 1, 4, 4), 2, 1), 2);
    Graph graph = g.build(g.dense(g.flatten(pooled), 2));
    Model model =
        GraphModels.of(
            graph,
            Map.of(
                "conv1.weight", new float[] {0, 1},
                "conv1.bias", new float[] {2, 7},
                "dense1.weight", new float[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 1, 1, 1, 1},
                "dense1.bias", new float[] {0, -1}));

    Model compacted = Compaction.compact(model);

    assertThat(numbers(compacted, "conv1.weight")).containsExactly(1);
    assertThat(numbers(compacted, "dense1.weight")).containsExactly(5, 6, 7, 8, 1, 1, 1, 1);
    assertThat(numbers(compacted, "dense1.bias")).containsExactly(20, 1);
    assertSameFunction(compacted, model);
  }

  @Test
  void anEntirelyDeadLayerLeavesItsConstantsAndNoUnits() {
    var g = new GraphBuilder();
    Value x = g.maxPool(g.conv2d(g.input("x", 1, 6, 6), 4, 3), 2);
    Value y = g.flatten(g.relu(g.conv2d(x, 5, 2)));
    Graph graph = g.build(g.dense(g.relu(g.dense(y, 6)), 3));
    Model model = withoutRows(GraphModels.random(graph, 1, 4), "conv2.weight", 0, 1, 2, 3, 4);

    Model compacted = Compaction.compact(model);

    assertSameFunction(compacted, model);
    assertThat(compacted.nonZeroWeights()).isZero();
    assertThat(compacted.graph().units("conv1")).isZero();
    assertThat(compacted.value("dense2.weight").rows()).isEqualTo(3);
    assertThat(compacted.value("dense2.weight").cols()).isZero();
    assertThat(numbers(compacted, "dense2.bias")).isNotEqualTo(numbers(model, "dense2.bias"));
  }

  @Test
  void modelsWithoutWeightsAreLeftAlone() {
    var g = new GraphBuilder();
    Model model = GraphModels.random(g.build(g.relu(g.flatten(g.input("x", 1, 2, 2)))), 1, 1);
    assertThat(Compaction.compact(model)).isEqualTo(model);
  }

  @Test
  void aConstantChannelInFrontOfPaddingBecomesAMapOfTheBorder() {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 2, 7, 6), 3, 3, pad(1)));
    Graph graph = g.build(g.conv2d(x, 4, 3, pad(1)));
    Model model =
        withoutRows(
            GraphModels.of(graph, 1, 2, Map.of("conv1.bias", new float[] {1, 2, -3})),
            "conv1.weight",
            1,
            2);

    Model compacted = Compaction.compact(model);

    assertSameFunction(compacted, model);
    assertThat(compacted.graph().units("conv1")).isEqualTo(1);
    assertThat(compacted.graph().outputs()).containsExactly("conv2.border");
    Node border = Objects.requireNonNull(compacted.graph().node("conv2.border"));
    assertThat(border.operator())
        .isEqualTo(new BiasMap(List.of(List.of(0, 1, 1, 1, 1, 1, 2), List.of(0, 1, 1, 1, 1, 2))));
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
  }

  @Test
  void aChannelThatIsZeroNeedsNoMap() {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 2, 7, 6), 3, 3, pad(1)));
    Graph graph = g.build(g.conv2d(x, 4, 3, pad(1)));
    Model model =
        withoutRows(
            GraphModels.of(graph, 1, 2, Map.of("conv1.bias", new float[] {1, -2, -3})),
            "conv1.weight",
            1,
            2);
    Model compacted = Compaction.compact(model);
    assertThat(compacted.graph().nodes()).hasSize(3);
    assertThat(compacted.graph().units("conv1")).isEqualTo(1);
    assertSameFunction(compacted, model);
  }

  @Test
  void aUnitOfASumStaysIfOneSummandNeedsIt() {
    Model model = residual(1, 5);
    Model one = withoutRows(model, "conv1.weight", 0, 1);
    Model both = withoutRows(one, "conv3.weight", 1, 2);

    assertThat(Compaction.compact(model).graph()).isEqualTo(model.graph());
    assertSameFunction(Compaction.compact(one), one);
    assertThat(Compaction.compact(one).graph().units("conv1")).isEqualTo(5);
    Model compacted = Compaction.compact(both);
    assertSameFunction(compacted, both);
    assertThat(compacted.graph().units("conv1")).isEqualTo(4);
    assertThat(compacted.graph().units("conv3")).isEqualTo(4);
    assertThat(compacted.graph().units("conv2")).isEqualTo(6);
  }

  @Test
  void aBranchThatIsZeroDisappears() {
    Model model = residual(1, 5);
    Model dead =
        withoutRows(
            GraphModels.of(model.graph(), 1, 5, Map.of("conv3.bias", new float[5])),
            "conv3.weight",
            0,
            1,
            2,
            3,
            4);
    Model compacted = Compaction.compact(dead);
    assertSameFunction(compacted, dead);
    assertThat(compacted.graph().nodes().stream().map(Node::name))
        .containsExactly("conv1", "relu1", "relu3", "pool1", "dense1");
  }

  @Test
  void aBranchThatIsConstantBecomesAMap() {
    Model model = residual(1, 5);
    Model dead = withoutRows(model, "conv2.weight", 0, 1, 2, 3, 4, 5);
    Model compacted = Compaction.compact(dead);
    assertSameFunction(compacted, dead);
    assertThat(compacted.graph().nodes().stream().map(Node::name))
        .containsExactly("conv1", "relu1", "add1", "relu3", "pool1", "dense1");
  }

  private static Model residual(double density, long seed) {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 2, 6, 6), 5, 3, pad(1)));
    Value y = g.conv2d(g.relu(g.conv2d(x, 6, 3, pad(1))), 5, 3, pad(1));
    Value z = g.relu(g.add(x, y));
    return GraphModels.random(g.build(g.dense(g.globalAverage(z), 3)), density, seed);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void residualNetworksKeepTheirFunction(long seed, double density) {
    assertCompacts(residual(density, seed));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void depthwiseStridesPoolsAndConcatsKeepTheirFunction(long seed, double density) {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 3, 9, 8), 6, 3, pad(1), stride(2)));
    Value d = g.relu(g.depthwise(x, 3, pad(1)));
    Value p = g.averagePool(x, 3, pad(1), stride(1));
    Value c = g.concat(0, d, g.conv2d(p, 4, 1), x);
    Value s = g.slice(c, 0, 2, 13, 1);
    Value e = g.activation(g.conv2d(s, 5, 3, pad(1), withoutBias()), Activation.Function.SILU);
    Value f = g.node("affine", new Affine(0), e);
    Value h = g.node("gate", new DependentGate(0, 0.05f), f);
    Graph graph = g.build(g.dense(g.flatten(g.maxPool(h, 2)), 4));
    assertCompacts(gates(GraphModels.random(graph, density, seed), "gate1.factor"));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void attentionKeepsItsFunction(long seed, double density) {
    var g = new GraphBuilder();
    Value tokens = g.input("x", 6, 5);
    Value x = g.add(g.dense(tokens, 8), g.learnt(Shape.of(6, 8), 1));
    Value q = heads(g, g.dense(x, 8));
    Value k = heads(g, g.dense(x, 8));
    Value v = heads(g, g.dense(x, 8));
    Value mixed = g.matrixProduct(g.softmax(g.matrixProductTransposed(q, k)), v);
    Value joined = g.reshape(g.permute(mixed, 1, 0, 2), 6, 8);
    Value y = g.add(x, g.dense(joined, 8));
    Value z = g.add(y, g.dense(g.relu(g.dense(g.layerNorm(y), 16)), 8));
    Graph graph =
        g.build(g.dense(g.reduce(z, dev.ockham.runtime.graph.Reduce.To.MEAN, false, 0), 3));
    assertCompacts(GraphModels.random(graph, density, seed));
  }

  private static Value heads(GraphBuilder g, Value x) {
    return g.permute(g.reshape(x, 6, 2, 4), 1, 0, 2);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void recurrentNetworksKeepTheirFunction(long seed, double density) {
    for (Recurrent.Cell cell : Recurrent.Cell.values()) {
      var g = new GraphBuilder();
      Value x = g.relu(g.dense(g.input("x", 5, 4), 6));
      Value h = g.bidirectional(x, cell, 4, false);
      Value last = g.recurrent(h, cell, 5, true);
      assertCompacts(GraphModels.random(g.build(g.dense(last, 3)), density, seed));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1"})
  void transposedConvolutionsAndSharedParametersKeepTheirFunction(long seed, double density) {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 2, 5, 5), 6, 3, pad(1)));
    Window window = Window.of(2, 3, 2, 1, 1);
    Value up = g.node("up", new ConvolutionTransposed(4, window, List.of(1, 0), 1), g.relu(x));
    Value down = g.relu(g.conv2d(g.relu(up), 5, 3, stride(2)));
    Graph graph = shared(g.build(g.conv2d(g.relu(g.conv2d(down, 5, 3, pad(1))), 5, 3, pad(1))));
    assertCompacts(GraphModels.random(graph, density, seed));
  }

  /** The same graph, but the last two convolutions share weights and bias. */
  private static Graph shared(Graph graph) {
    List<Node> nodes = new java.util.ArrayList<>(graph.nodes());
    Node last = nodes.removeLast();
    nodes.add(
        new Node(
            last.name(),
            last.operator(),
            last.inputs(),
            Map.of("weight", "conv3.weight", "bias", "conv3.bias")));
    return new Graph(
        graph.inputs(),
        graph.parameters().stream().filter(p -> !p.name().startsWith("conv4.")).toList(),
        nodes,
        graph.outputs());
  }

  private static Model gates(Model model, String factor) {
    Map<String, dev.ockham.runtime.model.Matrix> values =
        new java.util.LinkedHashMap<>(model.values());
    float[] numbers = numbers(model, factor);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.abs(numbers[i]);
    }
    values.put(factor, dev.ockham.runtime.model.DenseMatrix.of(numbers.length, 1, numbers));
    return new Model(model.architecture(), model.graph(), values);
  }

  private static void assertCompacts(Model model) {
    Model compacted = Compaction.compact(model);
    assertSameFunction(compacted, model);
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
    assertThat(compacted.nonZeroWeights()).isLessThanOrEqualTo(model.nonZeroWeights());
  }
}
