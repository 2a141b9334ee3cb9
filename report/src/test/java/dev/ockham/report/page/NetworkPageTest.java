package dev.ockham.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.inspect.Inspection;
import dev.ockham.core.inspect.NetworkFacts;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPageTest {

  @TempDir private Path temp;

  private Inspection inspected(String architecture) throws IOException {
    Path file = temp.resolve("network.json");
    Files.writeString(file, GraphJson.writeReadable(Architectures.parse(architecture).graph()));
    return Inspection.read(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-300-100", "resnet-20-b", "transformer-encoder"})
  void everyNodeIsDrawnOnceAndNothingOverlaps(String architecture) {
    NetworkFacts network = NetworkFacts.of(architecture, Architectures.parse(architecture).graph());
    GraphLayout layout = GraphLayout.of(network);
    assertThat(layout.boxes())
        .hasSize(network.inputs().size() + network.nodes().size() + network.outputs().size());
    assertThat(layout.lines())
        .hasSize(
            network.outputs().size()
                + network.nodes().stream().mapToInt(node -> node.inputs().size()).sum());
    List<GraphLayout.Box> boxes = layout.boxes();
    for (int i = 0; i < boxes.size(); i++) {
      GraphLayout.Box box = boxes.get(i);
      assertThat(box.x()).isNotNegative();
      assertThat(box.x() + box.width()).isLessThanOrEqualTo(layout.width());
      for (GraphLayout.Box other : boxes.subList(i + 1, boxes.size())) {
        boolean apart =
            box.x() + box.width() <= other.x()
                || other.x() + other.width() <= box.x()
                || box.y() + GraphLayout.BOX_HEIGHT <= other.y()
                || other.y() + GraphLayout.BOX_HEIGHT <= box.y();
        assertThat(apart).as(box + " and " + other).isTrue();
      }
    }
    for (GraphLayout.Line line : layout.lines()) {
      assertThat(line.points().get(1)).as("lines lead down").isLessThan(line.points().getLast());
    }
  }

  @Test
  void thePageIsWholeAndTheSameEveryTime() throws IOException {
    Inspection inspection = inspected("resnet-20");
    String page = NetworkPage.html(inspection);
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains(ReportPage.GENERATOR, "layer3.2.conv2", "268,336", "prefers-color-scheme")
        .doesNotContain("src=\"", "@import", "href=\"http");
    assertThat(NetworkPage.html(inspection)).isEqualTo(page);
    Path file = temp.resolve("page.html");
    NetworkPage.write(inspection, file);
    assertThat(file).content().isEqualTo(page);
  }

  @Test
  void namesAreEscaped() throws IOException {
    Path file = temp.resolve("network.json");
    String graph = GraphJson.writeReadable(Architectures.parse("mlp:4-3-2").graph());
    Files.writeString(file, graph.replace("\"relu1\"", "\"<b>&\""));
    assertThat(NetworkPage.html(Inspection.read(file)))
        .contains("&lt;b&gt;&amp;")
        .doesNotContain("<b>&");
  }

  @Test
  void tensorsAloneHaveNoGraph() throws IOException {
    Path file = temp.resolve("weights.safetensors");
    Safetensors.write(
        file, SafetensorsFile.of(Map.of(), Map.of("a", StoredTensor.ofFloats(new float[2], 2))));
    Inspection inspection = Inspection.read(file);
    assertThatThrownBy(() -> NetworkPage.html(inspection))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without a network");
  }
}
