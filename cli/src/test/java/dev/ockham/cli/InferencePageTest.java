package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.cli.reproduce.InferencePage;
import dev.ockham.core.inspect.FilePart;
import dev.ockham.core.inspect.Inspection;
import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The section of docs/performance.md that is made of results, and the compact files of the zoo. */
class InferencePageTest {

  private static final Path ROOT = SourceTree.root();

  @Test
  void thePageIsMadeOfTheResults() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/performance.md"));
    assertThat(InferencePage.read(ROOT.resolve("results/bench")).in(page)).isEqualTo(page);
  }

  @Test
  void aRaceIsALineForEachBatch() throws IOException {
    JsonNode race =
        new JsonMapper()
            .readTree(
                """
                {"command":"ockham bench inference x --batch 1","model":"x","weights":1000,
                 "nonzero_weights":50,"rows":[{"batch":1,"threads":2,"ockham_us":1.5,
                 "ort_dense_us":30,"ort_pruned_us":15,"libtorch_dense_us":450.4,
                 "ockham_dense_us":40,"ort_dense_over_ockham":20,"ort_pruned_over_ockham":10,
                 "ockham_dense_over_ort_dense":1.3333}],"machine":{"processor":"abacus","cores":3},
                 "software":{"java":"25","onnxruntime":"1","libtorch":"2","commit":"abc"}}
                """);
    String section = new InferencePage(List.of(race), List.of(), List.of()).section();
    assertThat(section)
        .contains("```\n./ockham bench inference x --batch 1\n```")
        .contains(
            "| x | 50 of 1,000 | 1 | 2 | 1.50 | 30.00 | 15.00 | 450 | 40.00 | **20.0** | 10.0 |"
                + " 1.33 |")
        .contains("On abacus with 3 cores; Java 25, ONNX Runtime 1, libtorch 2; commit abc.");
    assertThat(new InferencePage(List.of(), List.of(), List.of()).section())
        .contains("Nothing was measured");
    assertThatThrownBy(() -> new InferencePage(List.of(), List.of(), List.of()).in("# A page\n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("no lines");
  }

  /** Sizes, and that rounding moves no weight far; errors are as {@code evaluate} gave them. */
  @Test
  void compactFilesOfTheZooAreWhatTheResultsSay() throws IOException {
    List<JsonNode> all = InferencePage.read(ROOT.resolve("results/bench")).files();
    assertThat(all).hasSize(2);
    for (JsonNode result : all) {
      String name = result.path("model").asString() + ".safetensors";
      Path compact = ROOT.resolve("zoo/compact").resolve(name);
      Path plain = ROOT.resolve("zoo").resolve(name);
      assertThat(Files.size(compact)).isEqualTo(result.path("compact_bytes").asLong());
      assertThat(Files.size(plain)).isEqualTo(result.path("bytes").asLong());
      Inspection inspection = Inspection.read(compact);
      assertThat(inspection.parts().stream().mapToLong(FilePart::bytes).sum())
          .isEqualTo(Files.size(compact));
      long header = inspection.bytes(FilePart.Kind.HEADER) + inspection.bytes(FilePart.Kind.GRAPH);
      assertThat(header)
          .isEqualTo(result.path("compact_header_bytes").asLong())
          .isLessThanOrEqualTo(400);
      assertThat(result.path("compact_error_percent").asDouble())
          .isLessThanOrEqualTo(result.path("error_percent").asDouble() + 0.0301);
      requireNear(ModelFile.load(plain).model(), ModelFile.load(compact).model());
    }
  }

  private static void requireNear(Model plain, Model compact) {
    assertThat(compact.graph()).isEqualTo(plain.graph());
    for (Parameter parameter : plain.graph().parameters()) {
      float[] before = plain.value(parameter.name()).toDense();
      float[] after = compact.value(parameter.name()).toDense();
      double largest = 0;
      double difference = 0;
      for (int i = 0; i < before.length; i++) {
        largest = Math.max(largest, Math.abs(before[i]));
        difference = Math.max(difference, Math.abs(before[i] - after[i]));
      }
      assertThat(difference).as(parameter.name()).isLessThanOrEqualTo(0.2 * largest);
    }
  }
}
