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

  /** What the section about predictions says before its tables. */
  @Test
  void theFirstSentencesHoldInTheResults() throws IOException {
    InferencePage page = InferencePage.read(ROOT.resolve("results/bench"));
    for (JsonNode race : page.races()) {
      boolean leNet = race.path("model").asString().startsWith("lenet");
      boolean sparse = race.path("command").asString().contains("--sparsity 0.9");
      for (JsonNode row : race.path("rows")) {
        double ratio = row.path("ort_dense_over_ockham").asDouble();
        if (leNet) {
          assertThat(ratio).as(race.path("command").asString()).isGreaterThan(10);
        } else if (sparse) {
          assertThat(ratio).as(race.path("command").asString()).isBetween(1.75, 2.5);
          assertThat(row.path("ockham_dense_over_ort_dense").asDouble()).isGreaterThan(0.9);
        }
      }
    }
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
    String section = page(List.of(race), List.of(), List.of(), List.of()).section();
    assertThat(section)
        .contains("```\n./ockham bench inference x --batch 1\n```")
        .contains(
            "| x | 50 of 1,000 | 1 | 2 | 1.50 | 30.00 | 15.00 | 450 | 40.00 | **20.0** | 10.0 |"
                + " 1.33 |")
        .contains("On abacus with 3 cores; Java 25, ONNX Runtime 1, libtorch 2; commit abc.");
    assertThat(page(List.of(), List.of(), List.of(), List.of()).section())
        .contains("Nothing was measured");
    assertThatThrownBy(() -> page(List.of(), List.of(), List.of(), List.of()).in("# A page\n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("no lines");
  }

  private static InferencePage page(
      List<JsonNode> races, List<JsonNode> products, List<JsonNode> starts, List<JsonNode> grids) {
    return new InferencePage(races, products, List.of(), starts, grids);
  }

  @Test
  void whatMustBeReachedIsMetMissedOrNotMeasured() {
    JsonNode race =
        json(
            """
            {"command":"ockham bench inference lenet-300-100-sparse-vd --batch 1,100","rows":[
             {"batch":1,"threads":1,"ort_dense_over_ockham":15.04,"ockham_allocated_bytes":0,
              "p50_p90_p99_p999_us":{"ockham":[1.25,1.5,2,300],"ort_dense":[19,20,21,22]}},
             {"batch":100,"threads":1,"ort_dense_over_ockham":9.99,"ockham_allocated_bytes":24}]}
            """);
    JsonNode threads =
        json(
            """
            {"command":"ockham bench inference lenet-5-caffe-sparse-vd --batch 1000","rows":[
             {"batch":1000,"threads":1,"ockham_us":1000},{"batch":1000,"threads":2,"ockham_us":530}]}
            """);
    JsonNode products =
        json(
            """
            {"rows":[{"layer":"300×784","density":0.02,"batch":100,"ockham_us":40,"mkl_us":36,
             "ockham_in_lanes_us":18,"mkl_whole_us":80,"onednn_us":45,"ockham_over_better":1.11,
             "in_lanes_over_better":0.5,"ockham_over_whole":0.5}],"mkl":"M","onednn":"3"}
            """);
    JsonNode starts =
        json(
            """
            {"command":"bench/cold-start.sh","rows":[{"model":"m","vectors":true,"median_ms":120.4,
             "sorted_ms":[100,120.4,180]}],"java":"openjdk 25","jar_bytes":250000}
            """);
    assertThat(
            page(List.of(race, threads), List.of(products), List.of(starts), List.of()).section())
        .contains("| LeNet-300-100, ONNX Runtime dense ÷ Ockham, batch 1 | ≥ 10 | ≥ 25 | 15.0 |")
        .contains("dense ÷ Ockham, batch 100 | ≥ 10 | ≥ 20 | 9.99, **missed** |")
        .contains("| resnet-20, half of the channels gone, ONNX Runtime dense ÷ Ockham, batch 1 |")
        .contains("≥ 1.50 | ≥ 3 | not measured |")
        .contains("| two threads ÷ one, batch 1,000, LeNet-5-Caffe | ≤ 0.55 |  | 0.53 |")
        .contains("÷ the better of MKL and oneDNN, batch 100 | ≤ 0.60 | ≤ 0.3 | 0.50 |")
        .contains(
            "| load + first prediction of a cold JVM, ms, slowest model | ≤ 150 | ≤ 90 | 120.4 |")
        .contains("allocates, largest | ≤ 0 |  | 24, **missed** |")
        .contains("| 1 | 1 | 1.25, 1.50, 2.00, 300 | 19.00, 20.00, 21.00, 22.00 | 0 |")
        .contains("| 300×784 | 2 % | 100 | 40.00 | 80.00 | **0.50** | 18.00 | 36.00 | 45.00 |")
        .contains("| m | yes | 120 | 100 | 180 |")
        .contains("openjdk 25; the jar has 250,000 bytes.");
  }

  @Test
  void aLayerIsEvenFromWhereItStaysFaster() {
    JsonNode grid =
        json(
            "{\"rows\":["
                + sampled("ockham", "0", 20)
                + ","
                + sampled("ockham", "0.5", 9)
                + ","
                + sampled("ockham", "0.8", 11)
                + ","
                + sampled("ockham", "0.9", 5)
                + ","
                + sampled("onnxRuntimeDense", "0", 10)
                + "]}");
    assertThat(page(List.of(), List.of(), List.of(), List.of(grid)).section())
        .contains("| layer | batch | ONNX Runtime, µs | 0.0 | 0.5 | 0.8 | 0.9 | even from |")
        .contains("| `mlp:784-300` | 1 | 10.00 | 0.50 | 1.11 | 0.91 | 2.00 | 0.9 |");
  }

  private static String sampled(String runner, String sparsity, double median) {
    return """
    {"runner":"%s", "batch":1, "layer":"mlp:784-300", "sparsity":%s, "p50_us":%s}
    """
        .formatted(runner, sparsity, median);
  }

  private static JsonNode json(String text) {
    return new JsonMapper().readTree(text);
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
