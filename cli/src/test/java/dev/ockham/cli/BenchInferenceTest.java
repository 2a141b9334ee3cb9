package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code ockham bench inference}. */
class BenchInferenceTest {

  @Tag("long")
  @Test
  void aModelOfTheZooIsRacedWithItsDenseTwin() {
    String file = SourceTree.root().resolve("zoo/lenet-300-100-sparse-vd.safetensors").toString();
    JsonNode result =
        CommandLineRun.json(
            "bench", "inference", file, "--batch", "1,3", "--seconds", "0.01", "--json");
    assertThat(result.path("model").asString()).isEqualTo("lenet-300-100-sparse-vd");
    assertThat(result.path("dense").asString())
        .isEqualTo("lenet-300-100, zeros where weights are gone");
    assertThat(result.path("weights").asLong()).isEqualTo(266_200);
    assertThat(result.path("nonzero_weights").asLong()).isEqualTo(2167);
    assertThat(result.path("multiply_adds").asLong()).isEqualTo(266_200);
    assertThat(result.path("rows")).hasSize(2);
    for (JsonNode row : result.path("rows")) {
      assertThat(row.path("threads").asInt()).isEqualTo(1);
      double ours = row.path("ockham_us").asDouble();
      assertThat(ours).isPositive();
      assertThat(row.path("libtorch_dense_us").asDouble()).isPositive();
      assertThat(row.path("ort_dense_over_ockham").asDouble())
          .isEqualTo(row.path("ort_dense_us").asDouble() / ours);
      assertThat(row.path("ort_pruned_over_ockham").asDouble())
          .isEqualTo(row.path("ort_pruned_us").asDouble() / ours);
      assertThat(row.path("largest_difference").asDouble()).isBetween(0.0, 1e-5);
      assertThat(row.path("quartiles_us").path("ockham").get(0).asDouble())
          .isLessThanOrEqualTo(ours);
    }
    assertThat(result.path("rows").get(1).path("batch").asInt()).isEqualTo(3);
  }

  @Test
  @Tag("long")
  void halfOfTheChannelsAndHalfOfTheWeights() {
    String network = "net:1x8x8-conv4x3-relu-flatten-dense6";
    JsonNode narrow = made(network, "--channels");
    assertThat(narrow.path("weights").asLong()).isEqualTo(4 * 9 + 6 * 4 * 36);
    assertThat(narrow.path("nonzero_weights").asLong()).isEqualTo(2 * 9 + 6 * 2 * 36);
    JsonNode sparse = made(network, "--sparsity");
    assertThat(sparse.path("nonzero_weights").asLong()).isEqualTo(2 * 9 + 6 * 2 * 36);
    assertThat(sparse.path("multiply_adds_pruned").asLong())
        .isGreaterThan(narrow.path("multiply_adds_pruned").asLong());
  }

  private static JsonNode made(String network, String way) {
    return CommandLineRun.json(
        "bench",
        "inference",
        "--arch",
        network,
        way,
        "0.5",
        "--batch",
        "1",
        "--seconds",
        "0.01",
        "--json");
  }

  @ParameterizedTest
  @CsvSource({
    "'', name a MODEL or --arch",
    "m.safetensors --arch lenet-5, name a MODEL or --arch",
    "m.safetensors --sparsity 0.5, --sparsity needs --arch",
    "--arch lenet-5 --sparsity 1, --sparsity is 1.0",
    "--arch lenet-5 --sparsity 0.5 --channels 0.5, two ways",
    "--arch lenet-5 --dense m.safetensors, --dense goes with a MODEL",
    "--arch lenet-5 --batch 0, --batch is 0",
    "--arch lenet-5 --seconds 0, --seconds is 0.0"
  })
  void whatDoesNotFitIsRefused(String arguments, String said) {
    CommandLineRun run =
        CommandLineRun.of((Object[]) ("bench inference " + arguments).strip().split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(said);
  }
}
