package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnitFlowTest {

  @Test
  void aConstantHasOneNumberOrOneForEachPosition() {
    var g = new GraphBuilder();
    Value x = g.conv2d(g.input("x", 1, 1, 3), 2, 1);
    Value y = g.conv2d(x, 1, 3, pad(1));
    Model model =
        GraphModels.of(
            g.build(y),
            Map.of(
                "conv1.weight", new float[] {0, 0},
                "conv1.bias", new float[] {2, 0},
                "conv2.weight",
                    new float[] {0, 0, 0, 1, 10, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                "conv2.bias", new float[] {0.5f}));
    UnitFlow flow = UnitFlow.of(model);
    assertThat(flow.constant("conv1", 0)).containsExactly(2);
    assertThat(flow.constant("conv1", 1)).containsExactly(0);
    assertThat(flow.constant("conv2", 0)).containsExactly(220.5f, 222.5f, 22.5f);
    assertThat(flow.constant("x", 0)).isNull();
    assertThat(flow.isConstant("conv2")).isTrue();
  }

  @Test
  void aProductWithZeroIsZeroAndPaddedChannelsAreConstant() {
    var g = new GraphBuilder();
    Value x = g.input("x", 2, 2, 2);
    Value factor = g.relu(g.conv2d(x, 2, 1));
    Value product = g.combine(Combine.By.MULTIPLY, g.conv2d(x, 2, 1), factor);
    Value padded = g.node("pad", new Pad(List.of(1, 0, 0), List.of(0, 0, 0), 3), product);
    Model model =
        GraphModels.of(
            g.build(g.conv2d(padded, 1, 1)),
            1,
            1,
            Map.of(
                "conv1.weight", new float[] {1, 1, 0, 0},
                "conv1.bias", new float[] {1, -1}));
    UnitFlow flow = UnitFlow.of(model);
    assertThat(flow.constant("multiply1", 0)).isNull();
    assertThat(flow.constant("multiply1", 1)).containsExactly(0);
    assertThat(flow.constant("pad1", 0)).containsExactly(3);
    assertThat(flow.constant("pad1", 1)).isNull();
    assertThat(flow.read("pad1").stream()).containsExactly(1);
    assertThat(flow.leaving("pad1").stream()).containsExactly(0, 2);
    assertThat(flow.staying("conv2").stream()).containsExactly(0);
    GraphModels.assertSameFunction(Compaction.compact(model), model);
  }

  @Test
  void withoutNumbersWeightsThatAreLeftTell() {
    var g = new GraphBuilder();
    Value x = g.conv2d(g.input("x", 2, 2, 2), 3, 1);
    Value y = g.combine(Combine.By.MULTIPLY, x, g.activation(x, Activation.Function.SIGMOID));
    Graph graph = g.build(g.named("out").conv2d(y, 1, 1));
    // Channel 0 reads the first, channel 1 nothing, and nobody reads channel 2.
    Map<String, Mask> kept =
        Map.of(
            "conv1.weight", Mask.nonzero(new float[] {1, 0, 0, 0, 0, 1}),
            "out.weight", Mask.nonzero(new float[] {1, 1, 0}));
    UnitFlow flow = UnitFlow.of(graph, kept);
    assertThat(flow.varying("x").stream()).containsExactly(0, 1);
    assertThat(flow.varying("conv1").stream()).containsExactly(0, 2);
    assertThat(flow.varying("multiply1").stream()).containsExactly(0, 2);
    assertThat(flow.constant("conv1", 0)).isNull();
    assertThat(flow.constant("conv1", 1)).containsExactly(Float.NaN);
    assertThat(flow.read("conv1").stream()).containsExactly(0);
    assertThat(flow.leaving("conv1").stream()).containsExactly(1, 2);
    assertThat(flow.weightsLeft("conv1.weight")).isEqualTo(2);
    assertThat(flow.unitsWorkedOn(graph.nodes().getFirst())).isEqualTo(2);
    assertThat(UnitFlow.whole(graph).leaving("conv1").isEmpty()).isTrue();
    // Whatever the biases are: one that is 0 makes no product constant that varies without it.
    Model model =
        GraphModels.of(
            graph,
            1,
            1,
            Map.of(
                "conv1.weight",
                new float[] {1, 0, 0, 0, 0, 1},
                "conv1.bias",
                new float[3],
                "out.weight",
                new float[] {1, 1, 0}));
    assertThat(UnitFlow.of(model).constant("conv1", 1)).containsExactly(0);
    assertThat(UnitFlow.ofZeros(model).constant("conv1", 1)).containsExactly(Float.NaN);
    assertThat(UnitFlow.ofZeros(model).read("conv1")).isEqualTo(flow.read("conv1"));
  }

  @Test
  void aLengthAloneIsNoPath() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3, 1);
    Value length = g.input("length");
    Value h = g.node("lstm", new Recurrent(Recurrent.Cell.LSTM, 2, false, true), x, length);
    Graph graph = g.build(g.dense(h, 1));
    Map<String, Mask> kept =
        Map.of(
            "lstm1.weight_ih", Mask.nonzero(new float[8]),
            "lstm1.weight_hh", Mask.all(16),
            "dense1.weight", Mask.all(2));
    assertThat(UnitFlow.of(graph, kept).varying("dense1").isEmpty()).isTrue();
    assertThat(SurvivingPaths.firstDeadNode(graph, kept)).contains("lstm1");
  }
}
