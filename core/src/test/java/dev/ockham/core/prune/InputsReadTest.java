package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  void whatAUnitReadsThatNobodyReadsDoesNotCount() {
    var g = new GraphBuilder();
    Value x = g.dense(g.relu(g.dense(g.input("x", 3), 2)), 1);
    Model model =
        GraphModels.of(
            g.build(x),
            1,
            1,
            Map.of(
                "dense1.weight",
                new float[] {1, 0, 0, 0, 1, 1},
                "dense2.weight",
                new float[] {1, 0}));
    assertThat(InputsRead.of(model)).containsExactly(0);
  }

  /** Inputs that are not read may be anything, whatever the network. */
  @Test
  void nothingElseMovesTheOutput() {
    int free = 0;
    for (int seed = 0; seed < 200; seed++) {
      GraphSample sample = RandomGraphs.of(seed);
      Model model = sample.model(seed);
      Map<String, float[]> inputs = sample.inputs(seed, 1);
      Map<String, float[]> others = new HashMap<>();
      for (Input input : model.graph().inputs()) {
        float[] values = Objects.requireNonNull(inputs.get(input.name())).clone();
        int[] read = InputsRead.of(model, input.name());
        for (int i = 0; i < values.length; i++) {
          if (Arrays.binarySearch(read, i) < 0) {
            values[i] = values[i] == 0 ? 1 : 0;
            free++;
          }
        }
        others.put(input.name(), values);
      }
      Map<String, double[]> wanted = ReferenceForward.run(model, widened(inputs), 1);
      Map<String, double[]> got = ReferenceForward.run(model, widened(others), 1);
      for (String output : model.graph().outputs()) {
        assertThat(got.get(output))
            .as("%s", model.graph().nodes())
            .containsExactly(wanted.get(output), within(1e-9));
      }
    }
    assertThat(free).isGreaterThan(100);
  }

  private static Map<String, double[]> widened(Map<String, float[]> inputs) {
    Map<String, double[]> widened = new HashMap<>();
    inputs.forEach((name, values) -> widened.put(name, ReferenceForward.widened(values)));
    return widened;
  }

  @Test
  void attentionReadsEverything() {
    var g = new GraphBuilder();
    Value x = g.input("x", 3, 4);
    Model model = GraphModels.random(g.build(g.matrixProductTransposed(g.softmax(x), x)), 1, 1);
    assertThat(InputsRead.of(model)).hasSize(12);
  }
}
