package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Pad;
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
}
