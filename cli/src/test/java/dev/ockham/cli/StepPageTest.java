package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.reproduce.StepPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The section of docs/performance.md about training, which is made of results. */
class StepPageTest {

  private static final Path ROOT = SourceTree.root();

  private static final String BEHIND =
      """
      "command":"ockham bench x","machine":{"processor":"abacus","cores":3},
      "software":{"java":"25","libtorch":"2","onednn":false,"commit":"abc"}}
      """;

  @Test
  void thePageIsMadeOfTheResults() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/performance.md"));
    assertThat(StepPage.read(ROOT.resolve("results/bench")).in(page)).isEqualTo(page);
  }

  /** What docs/scale.md says of a step on one machine. */
  @Test
  void theCostModelHasTheTimesOfTheResults() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/scale.md"));
    for (String name : List.of("lenet-300-100", "resnet-20")) {
      Path file = ROOT.resolve("results/bench/step-" + name + "-threads.json");
      double millis = json(Files.readString(file)).path("ockham_ms").asDouble();
      String form = millis < 10 ? "%.1f" : "%.0f";
      assertThat(page)
          .contains(
              "| " + String.format(Locale.ROOT, form, millis) + " ms (batch 100, 2 threads) |");
    }
  }

  @Test
  void aRaceIsALineOfTimesAndOneOfParts() {
    JsonNode step =
        json(
            """
            {"architecture":"lenet-300-100","batch":100,"threads":1,"dense_ms":2.5,
             "dense_fused_ms":2,"eager_ms":15.25,"ockham_ms":5,"ockham_over_dense":2,
             "ockham_over_dense_fused":2.5,"eager_over_ockham":3.05,"forward_ms":1,"noise_ms":0.125,
             "backward_ms":2,"update_ms":2,"dense_bytes":1500000,"ockham_bytes":-5,
             "kernels":"vector-512","precision":"float32",
            """
                + BEHIND);
    assertThat(page(List.of(step), List.of(), List.of()).section())
        .contains("```\n./ockham bench x\n```")
        .contains(
            "| lenet-300-100 | 100 | 1 | 2.50 | - | 2.00 | 15.3 | 5.00 | 2.00 | 2.50 | 3.05 |")
        .contains("| lenet-300-100 | 1 | 1.00 | 0.13 | 2.00 | 2.00 | 1.5 | - | - | - |")
        .contains("| LeNet-300-100, ours ÷ dense | ≤ 1.50 | ≤ 1.0 | 2, **missed** |")
        .contains("| LeNet-300-100, eager ÷ ours | ≥ 3 | ≥ 4.5 | 3.05 |")
        .contains("| LeNet-5-Caffe, ours ÷ dense | ≤ 1.40 | ≤ 1.0 | not measured |")
        .contains("On abacus with 3 cores; Java 25, libtorch 2 without oneDNN");
  }

  @Test
  void precisionKernelsAndThreadsTellRacesApart() {
    JsonNode one = step("\"threads\":1,\"ockham_over_dense\":1.25,\"kernels\":\"vector-256\"");
    JsonNode two = step("\"threads\":2,\"ockham_over_dense\":0.625,\"kernels\":\"vector-256\"");
    JsonNode scalar = step("\"threads\":1,\"ockham_over_dense\":2,\"kernels\":\"scalar\"");
    assertThat(page(List.of(one, scalar, two), List.of(), List.of()).section())
        .contains("| LeNet-5-Caffe, ours ÷ dense | ≤ 1.40 | ≤ 1.0 | 1.25 |")
        .contains("two threads ÷ one, each by `dense` of its own race | ≤ 0.60 | ≤ 0.55 | 0.50 |")
        .contains(
            "lenet-5-caffe, without SIMD ÷ with, each by `dense` of its own race | ≥ 2 |  | 1.60,"
                + " **missed** |")
        .contains("| lenet-5-caffe, without SIMD |");
  }

  @Test
  void epochsAreShownFromTheFirstToTheLast() {
    StringBuilder epochs = new StringBuilder();
    for (int epoch = 1; epoch <= 3; epoch++) {
      epochs
          .append(epoch == 1 ? "" : ",")
          .append(
              """
              {"epoch":%s,"dense_seconds":0.5,"seconds":0.25,"compression":12.34,"error_percent":null,
               "layers":[{"live_units":30},{"live_units":10}]}
              """
                  .formatted(String.valueOf(epoch)));
    }
    JsonNode race =
        json(
            """
            {"ockham_over_dense":0.5,"last_over_first":0.3,"epochs":[%s],
            """
                    .formatted(epochs)
                + BEHIND);
    assertThat(page(List.of(step("\"threads\":1")), List.of(race), List.of()).section())
        .contains("| 1 | 0.50 | 0.25 | 30-10 | 12.3× | - |")
        .doesNotContain("| 30 | ")
        .contains(
            "| last ÷ faster of the first two epochs, LeNet-300-100, 200 epochs | ≤ 0.50 | ≤ 0.3 |"
                + " 0.30 |")
        .contains(
            "takes 0.50 of what the dense network does in the median of the epochs, 0.50 over all"
                + " of them; its last takes 0.30 of the faster of its first two");
  }

  @Test
  void heldOutExamplesAreALineForEachSparsity() {
    JsonNode race =
        json(
            """
            {"architecture":"lenet-5-caffe","examples":5000,"threads":2,"rows":[
             {"sparsity":0.98,"pass_ms":1137.2,"plan_ms":46,"pass_over_plan":24.72}],
            """
                + BEHIND);
    assertThat(page(List.of(step("\"threads\":1")), List.of(), List.of(race)).section())
        .contains("| lenet-5-caffe | 5,000 | 2 | 98 % | 1137.2 | 46.0 | 24.72 |");
  }

  @Test
  void withoutResultsThePageSaysSo() {
    assertThat(page(List.of(), List.of(), List.of()).section()).contains("Nothing was measured");
  }

  private static JsonNode step(String fields) {
    return json(
        "{\"architecture\":\"lenet-5-caffe\",\"precision\":\"float32\"," + fields + "," + BEHIND);
  }

  private static JsonNode json(String text) {
    return new JsonMapper().readTree(text);
  }

  private static StepPage page(
      List<JsonNode> steps, List<JsonNode> epochs, List<JsonNode> validations) {
    return new StepPage(steps, List.of(), List.of(), epochs, validations);
  }
}
