package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelMeasuresTest {

  @Test
  void lenetCostsWhatThePapersSay() {
    var g = new GraphBuilder();
    Value x = g.maxPool(g.conv2d(g.input("x", 1, 28, 28), 20, 5), 2);
    Value y = g.flatten(g.maxPool(g.conv2d(x, 50, 5), 2));
    Graph graph = g.build(g.dense(g.relu(g.dense(y, 500)), 10));

    ModelWork work = ModelWork.of(graph);

    assertThat(work.units()).containsExactly(20, 50, 800, 500);
    assertThat(work.denseMultiplyAdds()).isEqualTo(288_000 + 1_600_000 + 400_000 + 5_000);
    assertThat(ModelWork.of(GraphModels.random(graph, 1, 1)).denseMultiplyAdds())
        .isEqualTo(work.denseMultiplyAdds());
    assertThat(work.unitCount()).isEqualTo(1370);
    assertThat(work.hiddenUnits()).isEqualTo(1350);
    ModelWork mlp = ModelWork.of(Architectures.parse("lenet-300-100").graph());
    assertThat(mlp.units()).containsExactly(784, 300, 100);
    assertThat(mlp.denseMultiplyAdds()).isEqualTo(266_200);
  }

  @Test
  void onlyWhatIsReadCounts() {
    var g = new GraphBuilder();
    Value x = g.conv2d(g.input("x", 1, 4, 4), 2, 3, pad(1), stride(2));
    Graph graph = g.build(g.dense(g.flatten(x), 2));
    float[] kernels = new float[18];
    kernels[0] = 1;
    kernels[3] = 2;
    kernels[10] = -0f; // of the second channel, and no weight
    float[] dense = new float[16];
    dense[0] = 1;
    dense[8] = 1;
    dense[5] = 1;
    Model model =
        GraphModels.of(graph, 1, 1, Map.of("conv1.weight", kernels, "dense1.weight", dense));

    ModelWork work = ModelWork.of(model);

    assertThat(work.units()).containsExactly(1, 2); // of the dense layer: inputs 0 and 5
    assertThat(work.denseMultiplyAdds()).isEqualTo(4 * 18 + 2 * 2);
    assertThat(work.sparseMultiplyAdds()).isEqualTo(4 * 2 + 3);
  }

  @Test
  void stepsCountForRecurrentLayers() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.recurrent(g.input("x", 7, 3), Recurrent.Cell.LSTM, 2, true));
    Model model = GraphModels.random(graph, 0.5, 1);
    ModelWork work = ModelWork.of(model);
    assertThat(work.denseMultiplyAdds()).isEqualTo(7 * 8 * 5);
    assertThat(work.sparseMultiplyAdds()).isEqualTo(7 * model.nonZeroWeights());
    assertThat(work.units()).containsExactly(2);
  }

  /** By the weights, since a node whose norm was folded away has another name. */
  @Test
  void unitsThatAreLeft() {
    var g = new GraphBuilder();
    Value x = g.relu(g.batchNorm(g.conv2d(g.input("x", 1, 4, 4), 3, 3, withoutBias())));
    Value y = g.relu(g.dense(g.flatten(x), 5));
    Graph graph = g.build(g.dense(y, 2));
    Model model = GraphModels.random(graph, 1, 1);
    model = GraphModels.withoutRows(model, "conv1.weight", 1);
    model = GraphModels.withoutRows(model, "dense1.weight", 0, 4);
    UnitsLeft left = UnitsLeft.of(graph, Compaction.compact(model));
    assertThat(left.before()).containsExactly(3, 5, 2);
    assertThat(left.after()).containsExactly(2, 3, 2);
    assertThat(left.line()).isEqualTo("units 2-3-2 of 3-5-2, 102 of 178 multiply-adds");
    assertThat(UnitsLeft.of(graph, GraphModels.random(graph, 1, 1)).after())
        .isEqualTo(left.before());
  }

  @Test
  void unitsAreTheSameWithNumbersAndWithout() {
    var g = new GraphBuilder();
    Value x = g.input("x", 4, 3, 3);
    Window window = Window.of(2, 2, 1, 0, 1);
    Value y = g.node("up", new ConvolutionTransposed(2, window, List.of(0, 0), 2), x);
    Graph graph = g.build(g.dense(g.globalAverage(g.conv2d(y, 3, 3)), 2));
    assertThat(ModelWork.of(graph)).isEqualTo(ModelWork.of(GraphModels.random(graph, 1, 1)));
    assertThat(ModelWork.of(graph).units()).containsExactly(4, 3, 3);
  }

  @Test
  void sizesAreThoseOfTheOriginal() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.dense(g.relu(g.dense(g.input("x", 3), 4)), 2));
    Model model =
        Compaction.compact(
            GraphModels.of(
                graph,
                Map.of(
                    "dense1.weight", new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                    "dense1.bias", new float[4],
                    "dense2.weight", new float[] {1, 1, 0, 0, 1, 0, 0, 0},
                    "dense2.bias", new float[2])));

    ModelSize size = ModelSize.of(graph, model, 100);

    assertThat(size.weights()).isEqualTo(20);
    assertThat(size.nonzeroWeights()).isEqualTo(3);
    assertThat(size.denseBytes()).isEqualTo(4 * 26);
    assertThat(size.compression()).isEqualTo(20 / 3.0);
    assertThat(size.fileRatio()).isEqualTo(1.04);
    assertThat(size.layers())
        .containsExactly(
            new ModelSize.LayerSize("dense1", List.of(4L, 3L), 1, 1 - 1 / 12.0),
            new ModelSize.LayerSize("dense2", List.of(2L, 4L), 2, 0.75));
  }

  @Test
  void aModelWithoutWeightsIsInfinitelySmall() {
    var g = new GraphBuilder();
    Graph graph = g.build(g.dense(g.relu(g.dense(g.input("x", 3), 4)), 2));

    ModelSize size = ModelSize.of(graph, GraphModels.random(graph, 0, 1), 10);

    assertThat(size.nonzeroWeights()).isZero();
    assertThat(size.compression()).isInfinite();
    assertThat(size.layers()).hasSize(2).allSatisfy(l -> assertThat(l.sparsity()).isEqualTo(1));
  }
}
