package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsReadTest {

  @Test
  void aDenseLayerReadsItsNonZeroColumns() {
    var g = new GraphBuilder();
    Value x = g.node("scaling", new Standardize(Standardize.Each.ALL), g.input("x", 4));
    Model model =
        GraphModels.of(
            g.build(g.dense(x, 2)),
            1,
            1,
            Map.of("dense1.weight", new float[] {0, 1, 0, 0, 0, 2, 0, 3}));
    assertThat(InputsRead.of(model)).containsExactly(1, 3);
  }

  /** Perturbs every input and looks whether the output moves. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aConvolutionReadsWhatItsKernelSlidesOver(int kind) {
    float[] kernels = new float[2 * 9];
    kernels[1] = 1; // channel 0, top row, middle column
    kernels[9 + 8] = 1; // channel 1, bottom right
    var g = new GraphBuilder();
    Graph graph =
        g.build(g.reduce(before(g, kind), dev.ockham.runtime.graph.Reduce.To.SUM, false, 0, 1, 2));
    Model model = GraphModels.of(graph, 1, 1, Map.of("conv1.weight", kernels));
    int size = model.input().size();
    boolean[] read = new boolean[size];
    for (int index : InputsRead.of(model)) {
      read[index] = true;
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < size; k++) {
      float[] values = new float[size];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble();
      }
      float before = Plan.of(model).run(values, 1, 1)[0];
      values[k] = 100; // above all others, so that pooling lets it through
      assertThat(Plan.of(model).run(values, 1, 1)[0] != before)
          .as("input %d", k)
          .isEqualTo(read[k]);
    }
  }

  private static Value before(GraphBuilder g, int kind) {
    return switch (kind) {
      case 0 -> g.conv2d(g.input("x", 2, 5, 4), 1, 3);
      case 1 -> g.conv2d(g.maxPool(g.input("x", 2, 11, 9), 2), 1, 3);
      case 2 -> g.conv2d(g.input("x", 2, 7, 8), 1, 3, pad(1), stride(2));
      default -> {
        Value x = g.input("x", 6, 2, 6);
        Value y = g.permute(g.slice(x, 0, 1, 6, 1), 1, 0, 2);
        Value padded =
            g.node("pad", new Pad(List.of(0, 1, 0), List.of(0, 0, 2), 0), g.concat(0, y));
        yield g.conv2d(padded, 1, 3);
      }
    };
  }

  @Test
  void attentionReadsEverything() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3, 4);
    Model model = GraphModels.random(g.build(g.matrixProductTransposed(g.softmax(x), x)), 1, 1);
    assertThat(InputsRead.of(model)).hasSize(12);
  }
}
