package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What compaction makes of networks whose layers are in a row. */
class ChainCompactionTest {

  @Test
  void foldsAConstantIntoAConvolutionOverItsWholeKernel() {
    var g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("x", 1, 2, 2), 2, 1));
    Model model =
        GraphModels.of(
            g.build(g.flatten(g.conv2d(x, 1, 2))),
            Map.of(
                "conv1.weight", new float[] {1, 0},
                "conv1.bias", new float[] {0, 4},
                "conv2.weight", new float[] {1, 0, 0, 0, 1, 2, 3, 4},
                "conv2.bias", new float[] {1}));

    Model compacted = Compaction.compact(model);

    assertThat(GraphModels.numbers(compacted, "conv1.weight")).containsExactly(1);
    assertThat(GraphModels.numbers(compacted, "conv2.weight")).containsExactly(1, 0, 0, 0);
    assertThat(GraphModels.numbers(compacted, "conv2.bias")).containsExactly(41);
  }

  @Test
  void removalsCascadeInBothDirections() {
    // a0 -> b0 -> c0 lives. a1 feeds b1 only, which nothing reads. b2 reads nothing, and c1 reads
    // b2 only, so c1 is a constant too.
    var g = new GraphBuilder();
    Value a = g.relu(g.named("a").dense(g.input("x", 1), 2));
    Value b = g.relu(g.named("b").dense(a, 3));
    Value c = g.relu(g.named("c").dense(b, 2));
    Map<String, float[]> numbers = new LinkedHashMap<>();
    numbers.put("a.weight", new float[] {1, 1});
    numbers.put("a.bias", new float[] {0, 0});
    numbers.put("b.weight", new float[] {1, 0, 0, 1, 0, 0});
    numbers.put("b.bias", new float[] {0, 0, 2});
    numbers.put("c.weight", new float[] {1, 0, 0, 0, 0, 5});
    numbers.put("c.bias", new float[] {0, 1});
    numbers.put("d.weight", new float[] {1, 3});
    numbers.put("d.bias", new float[] {0});

    Model compacted =
        Compaction.compact(GraphModels.of(g.build(g.named("d").dense(c, 1)), numbers));

    for (String layer : List.of("a", "b", "c", "d")) {
      assertThat(GraphModels.numbers(compacted, layer + ".weight")).as(layer).containsExactly(1);
      assertThat(GraphModels.numbers(compacted, layer + ".bias"))
          .as(layer)
          .containsExactly(layer.equals("d") ? 33 : 0);
    }
  }

  @Test
  void outputsStayEvenWithoutWeights() {
    var g = new GraphBuilder();
    Model model =
        GraphModels.of(
            g.build(g.dense(g.input("x", 2), 2)),
            Map.of("dense1.weight", new float[4], "dense1.bias", new float[] {1, 2}));

    Model compacted = Compaction.compact(model);

    assertThat(compacted.classes()).isEqualTo(2);
    assertThat(compacted.nonZeroWeights()).isZero();
    assertThat(Plan.of(compacted).run(new float[] {7, -7}, 1, 1)).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.5", "6, 1"})
  void randomChainsKeepTheirFunctionAndEveryUnitIsNeeded(long seed, double density) {
    var g = new GraphBuilder();
    Value x = g.relu(g.dense(g.input("x", 20), 15));
    Graph dense = g.build(g.dense(g.relu(g.dense(x, 12)), 4));
    assertCompacts(GraphModels.random(dense, density, seed));

    var h = new GraphBuilder();
    Value y = h.relu(h.maxPool(h.conv2d(h.input("x", 2, 16, 15), 8, 3), 2));
    Value z = h.flatten(h.maxPool(h.conv2d(y, 12, 3), 2));
    Graph conv = h.build(h.dense(h.relu(h.dense(z, 30)), 5));
    assertCompacts(GraphModels.random(conv, density, seed));
  }

  private static void assertCompacts(Model model) {
    Model compacted = Compaction.compact(model);
    GraphModels.assertSameFunction(compacted, model);
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
    assertThat(compacted.graph().nodes().stream().map(Node::name))
        .isEqualTo(model.graph().nodes().stream().map(Node::name).toList());
    List<Parameter> weights = compacted.graph().prunable();
    for (int k = 0; k + 1 < weights.size(); k++) {
      requireUnitsNeeded(
          weights.get(k).name(),
          compacted.value(weights.get(k).name()),
          compacted.value(weights.get(k + 1).name()));
    }
  }

  /** Every hidden unit has a non-zero weight in and a non-zero weight out. */
  private static void requireUnitsNeeded(String name, Matrix in, Matrix out) {
    float[] reading = in.toDense();
    float[] read = out.toDense();
    for (int unit = 0; unit < in.rows(); unit++) {
      int run = out.cols() / in.rows();
      boolean reads = false;
      boolean isRead = false;
      for (int i = 0; i < in.cols(); i++) {
        reads |= reading[unit * in.cols() + i] != 0;
      }
      for (int i = 0; i < read.length; i++) {
        isRead |= i % out.cols() / run == unit && read[i] != 0;
      }
      assertThat(reads && isRead).as("unit %s of %s", unit, name).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.5", "6, 1"})
  void networksWithGatesThatSeeTheExampleKeepTheirFunction(long seed, double density) {
    DependentGate gate = new DependentGate(0, 0.2f);
    var g = new GraphBuilder();
    Value x = g.node("gate", gate, g.conv2d(g.input("x", 2, 16, 15), 8, 3));
    x = g.conv2d(g.maxPool(g.relu(x), 2), 12, 3);
    x = g.node("gate", gate, g.flatten(g.maxPool(g.node("gate", gate, x), 2)));
    x = g.node("gate", gate, g.relu(g.dense(x, 30)));
    Model model = GraphModels.random(g.build(g.dense(x, 5)), density, seed);

    Model compacted = Compaction.compact(model);

    GraphModels.assertSameFunction(compacted, model);
    assertThat(Compaction.compact(compacted)).isEqualTo(compacted);
  }
}
