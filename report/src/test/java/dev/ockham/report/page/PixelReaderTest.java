package dev.ockham.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PixelReaderTest {

  private final GraphBuilder g = new GraphBuilder();
  private final Value image = g.input("image", 2, 3, 3);

  private static Optional<List<String>> readers(Graph graph) {
    return PixelReader.of(graph, WeightTensor.of(graph), Shape.of(2, 3, 3))
        .map(readers ->
            readers.stream().map(reader -> reader.layer() + " " + reader.node().name()).toList());
  }

  @Test
  void everyBranchThatMultipliesPixelsIsFound() {
    Value conv = g.flatten(g.relu(g.conv2d(image, 4, 2)));
    Value wide = g.dense(g.flatten(g.batchNorm(image)), 5);
    Graph graph = g.build(g.dense(g.concat(0, conv, g.relu(wide)), 3));
    assertThat(readers(graph)).contains(List.of("0 conv1", "1 dense1"));
  }

  @Test
  void aBranchThatPoolsPixelsHidesWhoReadsThem() {
    Value pooled = g.flatten(g.maxPool(image, 3));
    Value wide = g.dense(g.flatten(image), 5);
    Graph graph = g.build(g.dense(g.concat(0, pooled, wide), 3));
    assertThat(readers(graph)).isEmpty();
  }

  @Test
  void aLinearNodeOverRowsReadsNoPixelsOneByOne() {
    Graph graph = g.build(g.dense(g.flatten(g.dense(image, 4)), 3));
    assertThat(readers(graph)).isEmpty();
  }
}
