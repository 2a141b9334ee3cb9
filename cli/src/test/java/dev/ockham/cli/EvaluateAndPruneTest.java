package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static dev.ockham.cli.ModelBytes.nonzeroInFile;
import static dev.ockham.cli.ModelBytes.tensorHash;
import static dev.ockham.cli.TinyRuns.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code ockham evaluate} and {@code ockham prune} print and write when all is well. */
class EvaluateAndPruneTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "run/model.safetensors"})
  void evaluateReportsWhatTheIssueLists(String subject) throws IOException {
    JsonNode result = json("evaluate", folder.resolve(subject), "--json", "--threads", 1);
    assertThat(result.propertyNames())
        .containsExactly(
            "error_percent",
            "nll",
            "ece",
            "examples",
            "quality",
            "weights",
            "nonzero_weights",
            "compression",
            "file_bytes",
            "dense_bytes",
            "file_ratio",
            "layers",
            "weights_sha256");
    assertThat(result.get("examples").asInt()).isEqualTo(40);
    assertThat(result.get("weights").asLong()).isEqualTo(WEIGHTS);
    assertThat(result.get("dense_bytes").asLong()).isEqualTo(4 * (WEIGHTS + 18));
    assertThat(result.get("compression").asDouble())
        .isEqualTo((double) WEIGHTS / result.get("nonzero_weights").asLong());
    assertThat(result.get("file_ratio").asDouble())
        .isEqualTo(result.get("dense_bytes").asDouble() / result.get("file_bytes").asDouble());
    long nonzero = 0;
    for (JsonNode layer : result.get("layers")) {
      assertThat(layer.propertyNames()).containsExactly("name", "shape", "nonzero", "sparsity");
      nonzero += layer.get("nonzero").asLong();
    }
    assertThat(result.get("nonzero_weights").asLong()).isEqualTo(nonzero);
    assertThat(result.get("layers").get(0).get("shape").toString()).isEqualTo("[8,784]");
    assertThat(result.get("layers").get(1).get("shape").toString()).isEqualTo("[10,8]");
    Path hashed =
        folder.resolve(subject.equals("run") ? "run/checkpoints/last.safetensors" : subject);
    assertThat(result.get("weights_sha256").asString()).isEqualTo(tensorHash(hashed));
  }

  @Test
  void aRunAndItsModelPredictAlike() {
    JsonNode run = json("evaluate", folder.resolve("run"), "--json");
    JsonNode model = json("evaluate", folder.resolve("run/model.safetensors"), "--json");
    assertThat(model.get("nll").asDouble()).isCloseTo(run.get("nll").asDouble(), within(1e-5));
    assertThat(model.get("error_percent")).isEqualTo(run.get("error_percent"));
    assertThat(model.get("nonzero_weights").asLong())
        .isLessThanOrEqualTo(run.get("nonzero_weights").asLong());
  }

  @Test
  void averagingOverThePosteriorRepeats() {
    Object[] arguments = {"evaluate", folder.resolve("run"), "--samples", 3, "--json"};
    JsonNode first = json(arguments);
    assertThat(first.get("nll").asDouble()).isPositive();
    assertThat(json(arguments)).isEqualTo(first);
  }

  /** Every command that makes a model of the run estimates statistics for the weights it keeps. */
  @Test
  void batchNormGoesThroughEveryCommand() throws IOException {
    Path data = folder.resolve("data");
    Path run = folder.resolve("bn");
    Object[] train = {
      "train",
      "--data",
      data,
      "--out",
      run,
      "--epochs",
      8,
      "--batch",
      40,
      "--threads",
      2,
      "--lr",
      "0.01",
      "--arch",
      "net:1x28x28-conv3x5-bn-relu-pool4-flatten-dense8-bn-relu-dense10",
      "--method",
      "sparse-vd",
      "--on-collapse",
      "continue",
      "--json"
    };
    JsonNode trained = json(train);
    double nll = trained.get("pruned_validation_nll").asDouble();
    assertThat(json("evaluate", run, "--split", "validation", "--json").get("nll").asDouble())
        .as("Java and libtorch")
        .isCloseTo(nll, within(1e-4));
    double test = json("evaluate", run, "--json").get("nll").asDouble();
    Path model = folder.resolve("bn-same.safetensors");
    json("prune", run, "--out", model, "--json");
    assertThat(json("evaluate", model, "--data", data, "--json").get("nll").asDouble())
        .isCloseTo(test, within(1e-5));
    json("prune", run, "--sparsity", 1, "--out", folder.resolve("bn-0.safetensors"), "--json");
    JsonNode nothing =
        json("evaluate", folder.resolve("bn-0.safetensors"), "--data", data, "--json");
    assertThat(nothing.get("nonzero_weights").asLong()).isZero();
    assertThat(nothing.get("nll").asDouble()).isFinite();
    assertThat(json("evaluate", run, "--samples", 2, "--json").get("nll").asDouble()).isFinite();
    json("report", run, "--out", folder.resolve("bn.html"), "--split", "test", "--json");

    Files.delete(run.resolve("calibration.safetensors"));
    CommandLineRun refused = CommandLineRun.of("evaluate", run);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("calibration.safetensors").hasLineCount(1);
  }

  @Test
  void everySplitOfARunCanBeMeasured() {
    assertThat(examples("test")).isEqualTo(40);
    assertThat(examples("train") + examples("validation")).isEqualTo(120);
  }

  @Test
  void aPrunedFileIsMeasuredOnWhatItsRunHeldOut() throws IOException {
    Path data = folder.resolve("data");
    Path model = folder.resolve("held.safetensors");
    json("prune", folder.resolve("run"), "--sparsity", "0.6", "--out", model, "--json");
    Path compact = folder.resolve("held-8.safetensors");
    json("prune", model, "--bits", "8", "--out", compact, "--json");
    for (String split : List.of("validation", "train", "test")) {
      JsonNode ofRun =
          json("evaluate", folder.resolve("run"), "--sparsity", "0.6", "--split", split, "--json");
      JsonNode ofFile = json("evaluate", model, "--data", data, "--split", split, "--json");
      assertThat(ofFile.get("examples")).isEqualTo(ofRun.get("examples"));
      assertThat(ofFile.get("nll").asDouble()).isCloseTo(ofRun.get("nll").asDouble(), within(1e-5));
      assertThat(ofFile.get("file_bytes")).isEqualTo(ofRun.get("file_bytes"));
      assertThat(
              json("evaluate", compact, "--data", data, "--split", split, "--json").get("examples"))
          .isEqualTo(ofRun.get("examples"));
    }
    // The validation part is another one than the rest: what differs is not the number alone.
    assertThat(
            json("evaluate", model, "--data", data, "--split", "validation", "--json").get("nll"))
        .isNotEqualTo(
            json("evaluate", model, "--data", data, "--split", "train", "--json").get("nll"));
  }

  @Test
  void aRunIsMeasuredAtAnyThreshold() {
    JsonNode own = json("evaluate", folder.resolve("run"), "--json");
    JsonNode said =
        json(
            "evaluate", folder.resolve("run"), "--threshold", own(folder.resolve("run")), "--json");
    assertThat(said).isEqualTo(own);
    JsonNode nothing =
        json("evaluate", folder.resolve("run"), "--threshold", "-Infinity", "--json");
    assertThat(nothing.get("nonzero_weights").asLong()).isZero();
    assertThat(nothing.get("error_percent").asDouble()).isEqualTo(90);
  }

  private static double own(Path run) {
    return JsonMapper.shared()
        .readTree(run.resolve("run.json").toFile())
        .get("spec")
        .get("method")
        .get("threshold")
        .asDouble();
  }

  private static int examples(String split) {
    return json("evaluate", folder.resolve("run"), "--split", split, "--json")
        .get("examples")
        .asInt();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.7, 0.9, 0.999, 1})
  void pruneRemovesAtLeastTheSparsityAskedForAndReportsWhatIsInTheFile(double sparsity)
      throws IOException {
    Path model = folder.resolve("s" + sparsity + ".safetensors");
    JsonNode result =
        json("prune", folder.resolve("run"), "--sparsity", sparsity, "--out", model, "--json");
    long nonzero = result.get("nonzero_weights").asLong();
    assertThat((double) (WEIGHTS - nonzero) / WEIGHTS).isGreaterThanOrEqualTo(sparsity);
    assertThat(WEIGHTS - result.get("kept_by_mask").asLong())
        .isEqualTo((long) Math.ceil(sparsity * WEIGHTS - 1e-9));
    assertThat(nonzero).isEqualTo(nonzeroInFile(model));
    assertThat(result.get("file_bytes").asLong()).isEqualTo(Files.size(model));
    assertThat(result.get("compression").isNull()).isEqualTo(nonzero == 0);
    JsonNode evaluated = json("evaluate", model, "--data", folder.resolve("data"), "--json");
    assertThat(evaluated.get("nonzero_weights").asLong()).isEqualTo(nonzero);
    assertThat(evaluated.get("weights_sha256").asString()).isEqualTo(tensorHash(model));
  }

  @Test
  void pruningAtAThresholdNeverRemovesFewerWeightsAtALowerOne() {
    long before = Long.MAX_VALUE;
    for (String threshold : List.of("Infinity", "5", "0", "-5", "-Infinity")) {
      Path model = folder.resolve("t" + threshold + ".safetensors");
      JsonNode result =
          json("prune", folder.resolve("run"), "--threshold", threshold, "--out", model, "--json");
      assertThat(result.get("nonzero_weights").asLong()).isLessThanOrEqualTo(before);
      before = result.get("nonzero_weights").asLong();
    }
    assertThat(before).isZero();
  }

  @Test
  void pruningAgainReplacesTheOlderModel() throws IOException {
    Path model = folder.resolve("again.safetensors");
    json("prune", folder.resolve("run"), "--sparsity", "0.5", "--out", model, "--json");
    long larger = Files.size(model);
    json("prune", folder.resolve("run"), "--sparsity", "0.9", "--out", model, "--json");
    assertThat(Files.size(model)).isLessThan(larger);
  }
}
