package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitSelectionTest {

  private static final Graph MLP = mlp();
  private static final Graph CONV = conv();

  private static Graph mlp() {
    var g = new GraphBuilder();
    return g.build(g.dense(g.relu(g.dense(g.input("x", 5), 4)), 2));
  }

  private static Graph conv() {
    var g = new GraphBuilder();
    Value x = g.flatten(g.relu(g.maxPool(g.conv2d(g.input("x", 1, 6, 6), 3, 3), 2)));
    return g.build(g.dense(g.relu(g.dense(x, 4)), 2));
  }

  private static BitSet bits(int... units) {
    BitSet bits = new BitSet();
    for (int unit : units) {
      bits.set(unit);
    }
    return bits;
  }

  private static UnitSelection mlp(BitSet inputs, BitSet hidden) {
    return UnitSelection.of(MLP, inputs, Map.of("dense1", hidden, "dense2", bits(0, 1)));
  }

  private static UnitSelection conv(BitSet channels, BitSet hidden) {
    return UnitSelection.of(
        CONV, bits(0), Map.of("conv1", channels, "dense1", hidden, "dense2", bits(0, 1)));
  }

  @Test
  void aDenseNetworkLosesInputsAndUnits() {
    UnitSelection left = mlp(bits(0, 2), bits(1, 3));
    assertThat(left.live().inputs().getFirst().shape()).isEqualTo(Shape.of(2));
    assertThat(left.live().weights()).isEqualTo(8);
    float[] first = new float[20];
    for (int i = 0; i < first.length; i++) {
      first[i] = i + 1;
    }
    float[] weights = left.weightsOf("dense1.weight", first);
    assertThat(weights).containsExactly(6, 8, 16, 18);
    assertThat(left.weightsOf("dense2.weight", new float[] {1, 2, 3, 4, 5, 6, 7, 8}))
        .containsExactly(2, 4, 6, 8);
    assertThat(left.spread("dense1.weight", weights, -1))
        .hasSize(20)
        .startsWith(-1, -1, -1, -1, -1, 6, -1, 8);
    assertThat(left.weightsOf("dense1.bias", new float[] {1, 2, 3, 4})).containsExactly(2, 4);
    assertThat(left.spread("dense1.bias", new float[] {2, 4}, 0)).containsExactly(0, 2, 0, 4);
    assertThat(left.preActivations("dense1")).containsExactly(1, 3);
  }

  @Test
  void anImageLosesPixelsInFrontOfDenseLayers() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.dense(g.flatten(g.input("x", 1, 2, 3)), 2));
    UnitSelection left = UnitSelection.of(graph, bits(1, 4, 5), Map.of("dense1", bits(0, 1)));
    assertThat(left.live().inputs().getFirst().shape()).isEqualTo(Shape.of(3));
    assertThat(left.weightsOf("dense1.weight", new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}))
        .containsExactly(1, 4, 5, 7, 10, 11);
    assertThat(left.toMetadata()).containsEntry("live.inputs", "1 4 5");
  }

  @Test
  void aChannelTakesItsPositionsAndColumnsAlong() {
    UnitSelection left = conv(bits(0, 2), bits(1));
    assertThat(left.live().inputs()).isEqualTo(CONV.inputs());
    assertThat(left.live().prunable().stream().map(p -> p.shape().toString()))
        .containsExactly("2×1×3×3", "1×8", "2×1");
    assertThat(left.preActivations("conv1")).hasSize(32).startsWith(0, 1).contains(32, 47);
    float[] dense = new float[4 * 12];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = i;
    }
    assertThat(left.weightsOf("dense1.weight", dense))
        .containsExactly(12, 13, 14, 15, 20, 21, 22, 23);
  }

  @Test
  void aPartOfAPartKeepsTheFirstNumbers() {
    UnitSelection once = mlp(bits(0, 2, 4), bits(1, 2, 3));
    UnitSelection part =
        UnitSelection.of(
            once.live(), bits(1, 2), Map.of("dense1", bits(0, 2), "dense2", bits(0, 1)));
    UnitSelection twice = once.then(part);
    assertThat(twice.inputs()).containsExactly(2, 4);
    assertThat(twice.units("dense1")).containsExactly(1, 3);
    assertThat(twice.original()).isEqualTo(MLP);
    assertThat(twice.live()).isEqualTo(part.live());
  }

  @Test
  void textTellsAllOfItAndIsThatOfOldCheckpoints() {
    UnitSelection left = conv(bits(0, 2), bits(1));
    assertThat(UnitSelection.of(CONV, left.toMetadata()))
        .isEqualTo(left)
        .hasSameHashCodeAs(left)
        .isNotEqualTo(UnitSelection.all(CONV));
    assertThat(UnitSelection.all(CONV).toMetadata()).isEmpty();
    assertThat(UnitSelection.of(CONV, Map.of()).isAll()).isTrue();

    assertThat(left.toMetadata())
        .isEqualTo(
            Map.of(
                "live.inputs", "0",
                "live.conv1", "0 2",
                "live.dense1", "1",
                "live.dense2", "0 1"));
    assertThat(mlp(bits(0, 2), bits(1, 3)).toMetadata())
        .isEqualTo(Map.of("live.inputs", "0 2", "live.dense1", "1 3", "live.dense2", "0 1"));
  }

  @Test
  void whatIsNoPartIsRefused() {
    Map<String, String> metadata = new HashMap<>(mlp(bits(0, 2), bits(1, 3)).toMetadata());
    refused(metadata, "live.dense1", "1 x", "live.dense1: 'x' is not the number of a unit");
    refused(metadata, "live.dense1", "1 9", "dense1: {1, 9} are not 1 to 4 units from 0");
    refused(metadata, "live.dense2", "0", "every class needs its output");
    refused(metadata, "live.inputs", "5", "inputs: {5} are not 1 to 5 units from 0");
    metadata.remove("live.dense1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSelection.of(MLP, metadata))
        .withMessage("live.dense1: '' is not the number of a unit");
    var g = new GraphBuilder();
    Graph pooled = g.build(g.dense(g.flatten(g.maxPool(g.input("x", 1, 4, 4), 2)), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSelection.of(pooled, bits(0), Map.of("dense1", bits(0, 1))))
        .withMessageContaining("reads all of its inputs");
  }

  private static void refused(
      Map<String, String> metadata, String key, String value, String message) {
    Map<String, String> changed = new HashMap<>(metadata);
    changed.put(key, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSelection.of(MLP, changed))
        .withMessage(message);
  }

  @Test
  void coupledUnitsGoTogether() {
    Graph graph = residual(true);
    Map<String, BitSet> units = new LinkedHashMap<>();
    units.put("conv1", bits(1, 2, 3, 4));
    units.put("conv2", range(6));
    units.put("conv3", bits(1, 2, 3, 4));
    units.put("dense1", range(3));
    UnitSelection left = UnitSelection.of(graph, bits(0, 1), units);
    assertThat(left.live().units("add1")).isEqualTo(4);
    assertThat(left.units("bn1")).containsExactly(1, 2, 3, 4);
    assertThat(left.live().parameter("dense1.weight").shape()).isEqualTo(Shape.of(3, 4));
    assertThat(UnitSelection.of(graph, left.toMetadata())).isEqualTo(left);
    units.put("conv3", range(5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UnitSelection.of(graph, bits(0, 1), units))
        .withMessage("conv3: unit 0 can only go together with others that go");
  }

  private static Graph residual(boolean normed) {
    var g = new GraphBuilder();
    Value x = norm(g, g.conv2d(g.input("x", 2, 6, 6), 5, 3, bias(normed)), normed);
    Value h = norm(g, g.conv2d(x, 6, 3, pad(1), bias(normed)), normed);
    Value y = g.conv2d(h, 5, 3, pad(1), bias(normed));
    Value z = g.relu(g.add(x, normed ? g.batchNorm(y) : y));
    return g.build(g.dense(g.globalAverage(z), 3));
  }

  private static Geometry.Option bias(boolean normed) {
    return normed ? Geometry.withoutBias() : Geometry.dilate(1);
  }

  private static Value norm(GraphBuilder g, Value x, boolean normed) {
    return g.relu(normed ? g.batchNorm(x) : x);
  }

  /** A network that lost units gives what it gave before, with the biases that were changed. */
  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.03", "5, 0.2", "7, 1"})
  void shrinkingKeepsTheFunction(long seed, double density) {
    for (Graph graph : List.of(residual(false), residual(true), CONV, MLP)) {
      Model model = GraphModels.random(graph, density, seed);
      UnitSelection.shrink(model)
          .ifPresent(shrunk -> {
            Model left = left(model, shrunk);
            GraphModels.assertSameFunction(left, fed(model, shrunk.selection()));
            assertThat(UnitSelection.shrink(left)).isEmpty();
          });
    }
  }

  /**
   * Of two heads one goes, then parts of the other, which the original couples. What leaves a part
   * must leave the whole as well.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsLeftShrinksAgain(long seed) {
    for (Graph graph : List.of(attention(), residual(false), CONV)) {
      UnitSelection live = UnitSelection.all(graph);
      Model model = GraphModels.random(graph, 1, seed);
      for (int round = 1; round < 5; round++) {
        model = thinner(model, seed + round);
        Optional<UnitSelection.Shrunk> shrunk = live.shrinkAgain(model);
        if (shrunk.isPresent()) {
          Model left = left(model, shrunk.get());
          GraphModels.assertSameFunction(left, model);
          live = live.then(shrunk.get().selection());
          assertThat(live.live()).isEqualTo(left.graph());
          model = left;
        }
      }
    }
  }

  @Test
  void partsOfAHeadStayWhileTheOriginalHasTwo() {
    Graph graph = attention();
    Model model = GraphModels.random(graph, 1, 1);
    model = GraphModels.withoutRows(model, "value.weight", 4, 5, 6, 7);
    model = GraphModels.withoutRows(model, "value.bias", 4, 5, 6, 7);
    UnitSelection.Shrunk one = UnitSelection.shrink(model).orElseThrow();
    assertThat(one.selection().units("value")).containsExactly(0, 1, 2, 3);
    assertThat(one.selection().units("query")).containsExactly(0, 1, 2, 3);
    model = GraphModels.withoutRows(left(model, one), "value.weight", 1, 3);
    model = GraphModels.withoutRows(model, "value.bias", 1, 3);
    assertThat(UnitSelection.shrink(model).orElseThrow().selection().units("value"))
        .as("as a network of one head")
        .containsExactly(0, 2);
    assertThat(one.selection().shrinkAgain(model)).isEmpty();
  }

  /** Some rows and, of the others, three of five weights are gone. */
  private static Model thinner(Model model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Matrix> values = new LinkedHashMap<>();
    model
        .values()
        .forEach((name, matrix) -> {
          float[] all = matrix.toDense();
          boolean row = false;
          for (int i = 0; i < all.length && name.endsWith(".weight"); i++) {
            row = i % matrix.cols() == 0 ? random.nextInt(5) == 0 : row;
            all[i] = row || random.nextInt(5) < 3 ? 0 : all[i];
          }
          values.put(name, DenseMatrix.of(matrix.rows(), matrix.cols(), all));
        });
    return new Model(model.architecture(), model.graph(), values);
  }

  /** Two heads of four over five steps. */
  private static Graph attention() {
    var g = new GraphBuilder();
    Value x = g.dense(g.input("x", 5, 3), 6);
    Value query = heads(g, "query", x);
    Value key = heads(g, "key", x);
    Value weights = g.softmax(g.matrixProductTransposed(query, key));
    Value mixed = g.permute(g.matrixProduct(weights, heads(g, "value", x)), 1, 0, 2);
    Value y = g.relu(g.dense(g.reshape(mixed, 5, 8), 6));
    return g.build(g.dense(g.reduce(y, Reduce.To.MEAN, false, 0), 3));
  }

  private static Value heads(GraphBuilder g, String name, Value x) {
    return g.permute(g.reshape(g.named(name).dense(x, 8), 5, 2, 4), 1, 0, 2);
  }

  private static Model left(Model model, UnitSelection.Shrunk shrunk) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    model
        .values()
        .forEach((name, matrix) -> {
          float[] all = shrunk.biases().getOrDefault(name, matrix.toDense());
          var parameter = shrunk.selection().live().parameter(name);
          float[] own = shrunk.selection().weightsOf(name, all);
          values.put(name, DenseMatrix.of(parameter.rows(), parameter.columns(), own));
        });
    return new Model("left", shrunk.selection().live(), values);
  }

  /** The model with the inputs that are left alone; the others are 0, and not read. */
  private static Model fed(Model model, UnitSelection selection) {
    Map<String, BitSet> all = new LinkedHashMap<>();
    UnitSelection.makers(model.graph())
        .forEach(name -> all.put(name, range(model.graph().units(name))));
    BitSet inputs = bits(selection.inputs());
    UnitSelection part = UnitSelection.of(model.graph(), inputs, all);
    return left(model, new UnitSelection.Shrunk(part, Map.of()));
  }

  private static BitSet range(int length) {
    BitSet all = new BitSet();
    all.set(0, length);
    return all;
  }

  @Test
  void aNormTurnsAConstantIntoItsShift() {
    Graph graph = residual(true);
    Model model =
        GraphModels.withoutRows(
            GraphModels.of(graph, 1, 3, Map.of("bn2.shift", new float[] {-1, 2, 3, 4, 5, -6})),
            "conv2.weight",
            0,
            1,
            5);
    UnitSelection.Shrunk shrunk = UnitSelection.shrink(model).orElseThrow();
    // 0 and 5 are cut to 0; 1 is a constant that padding turns into a border, which stays
    assertThat(shrunk.selection().units("conv2")).containsExactly(1, 2, 3, 4);
    assertThat(shrunk.biases()).isEmpty();
  }
}
