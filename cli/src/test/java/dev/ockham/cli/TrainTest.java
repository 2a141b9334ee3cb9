package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static dev.ockham.cli.ModelBytes.nonzeroInFile;
import static dev.ockham.cli.ModelBytes.tensorHash;
import static dev.ockham.cli.TinyRuns.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.method.Method;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code ockham train} and {@code ockham report} print and write when all is well. */
class TrainTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;
  private static JsonNode trained = JSON.createObjectNode();

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    trained =
        JSON.readTree(TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd").out());
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** And goes on when the file is gone: the run's folder has it. */
  @Test
  void aNetworkOfAFileIsTrainedAsTheSameOneOfAName() throws IOException {
    Path file = folder.resolve("network.json");
    Files.copy(folder.resolve("run/network.json"), file);
    Path run = folder.resolve("of-file");
    TinyRuns.train(
        folder.resolve("data"), run, "--method", "sparse-vd", "--set", "architecture=" + file);
    assertThat(tensorHash(run.resolve("checkpoints/last.safetensors")))
        .isEqualTo(tensorHash(folder.resolve("run/checkpoints/last.safetensors")));
    Files.delete(file);
    JsonNode resumed = json("train", "--out", run, "--resume", "--json");
    assertThat(resumed.get("status").asString()).isEqualTo("finished");
    assertThat(json("evaluate", run, "--json").get("weights").asLong()).isEqualTo(WEIGHTS);
  }

  /** A model brings its network, units that were pruned away and all. */
  @Test
  void aModelIsTrainedOn() throws IOException {
    Path model = folder.resolve("run/model.safetensors");
    Path run = folder.resolve("on");
    CommandLineRun on =
        CommandLineRun.of(
            "train",
            "--init-from",
            model,
            "--data",
            folder.resolve("data"),
            "--out",
            run,
            "--method",
            "none",
            "--epochs",
            1,
            "--threads",
            1);
    assertThat(on.exitCode()).as(on.err()).isZero();
    assertThat(on.err())
        .contains(
            "starts from "
                + model
                + ", sha256 "
                + HexFormat.of().formatHex(TinyRuns.sha256(Files.readAllBytes(model))));
    assertThat(json("evaluate", run, "--json").get("weights").asLong())
        .isEqualTo(
            json("evaluate", model, "--data", folder.resolve("data"), "--json")
                .get("weights")
                .asLong());
    assertThat(
            JSON.readTree(Files.readAllBytes(run.resolve("run.json")))
                .get("start")
                .get("source")
                .asString())
        .isEqualTo(model.toString());
  }

  /** Tensors that another tool named as it liked. */
  @Test
  void tensorsAreMatchedByNameOrderAndMap() throws IOException {
    Map<String, StoredTensor> tensors = new TreeMap<>();
    tensors.put("net.0.weight", StoredTensor.ofFloats(new float[8 * 784], 8, 784));
    tensors.put("net.0.bias", StoredTensor.ofFloats(new float[8], 8));
    tensors.put("net.2.weight", StoredTensor.ofFloats(new float[80], 10, 8));
    tensors.put("out", StoredTensor.ofFloats(new float[10], 10));
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, SafetensorsFile.of(Map.of(), tensors));
    CommandLineRun run =
        TinyRuns.train(
            folder.resolve("data"),
            folder.resolve("matched"),
            "--method",
            "none",
            "--init-from",
            file,
            "--map",
            "out=dense2.bias");
    assertThat(run.err().replaceAll(" +", " "))
        .contains("net.0.weight dense1.weight 8×784 order and shape")
        .contains("net.0.bias dense1.bias 8 order and shape")
        .contains("out dense2.bias 10 given by --map")
        .contains("6352 of 6352 weights are 0");
  }

  @Test
  void aRunIsInspected() throws IOException {
    Path page = folder.resolve("network.html");
    Path run = folder.resolve("run");
    JsonNode found = json("inspect", run, "--html", page, "--json");
    assertThat(found.get("file").asString()).isEqualTo(run.resolve("model.safetensors").toString());
    assertThat(found.get("bytes").asLong()).isEqualTo(Files.size(run.resolve("model.safetensors")));
    long parts = 0;
    for (JsonNode part : found.get("parts")) {
      parts += part.get("bytes").asLong();
    }
    assertThat(parts).isEqualTo(found.get("bytes").asLong());
    assertThat(found.get("operators").get("linear").asInt()).isEqualTo(2);
    assertThat(found.get("nonzero_weights").asLong())
        .isEqualTo(nonzeroInFile(run.resolve("model.safetensors")));
    assertThat(page).content().startsWith("<!DOCTYPE html>").contains("dense1");
    assertThat(CommandLineRun.of("inspect", run.resolve("network.json")).out())
        .contains("output        dense2 10", "6,352 of 6,370 parameters");
  }

  @Test
  void trainingReportsItsLastEpochAndItsModel() {
    assertThat(trained.get("status").asString()).isEqualTo("finished");
    assertThat(trained.get("epoch").asInt()).isEqualTo(2);
    assertThat(trained.get("layers")).hasSize(2);
    assertThat(Path.of(trained.get("model").asString())).isRegularFile();
  }

  @Test
  void resumingAFinishedRunChangesNothingThatMatters() throws IOException {
    Map<String, String> before = TinyRuns.contents(folder.resolve("run"));
    JsonNode again = json("train", "--out", folder.resolve("run"), "--resume", "--json");
    assertThat(again).isEqualTo(trained);
    assertThat(TinyRuns.contents(folder.resolve("run"))).isEqualTo(before);
  }

  @Test
  void trainingWritesAReportAndWhatTheNetworkIsWorth() throws IOException {
    Path page = folder.resolve("run/report.html");
    assertThat(Path.of(trained.get("report").asString())).isEqualTo(page);
    assertThat(page).content().startsWith("<!DOCTYPE html>").contains("2 of 2 epochs");
    JsonNode outcome =
        JSON.readTree(Files.readString(folder.resolve("run/run.json"))).get("outcome");
    JsonNode measured = json("evaluate", folder.resolve("run"), "--split", "validation", "--json");
    assertThat(outcome.propertyNames())
        .containsExactly("split", "images", "weights", "dense", "masked", "pruned");
    assertThat(outcome.get("split").asString()).isEqualTo("validation");
    assertThat(outcome.get("images").asInt()).isEqualTo(measured.get("examples").asInt());
    assertThat(outcome.get("weights").asLong()).isEqualTo(WEIGHTS);
    assertThat(outcome.get("masked").get("nll").asDouble())
        .isEqualTo(measured.get("nll").asDouble());
    JsonNode pruned = outcome.get("pruned");
    assertThat(pruned.get("error_percent")).isEqualTo(measured.get("error_percent"));
    assertThat(pruned.get("bytes").asLong())
        .isEqualTo(Files.size(folder.resolve("run/model.safetensors")));
    assertThat(pruned.get("nonzero_weights").asLong())
        .isEqualTo(nonzeroInFile(folder.resolve("run/model.safetensors")));
  }

  @Test
  void reportComparesRunsOnValidationImagesUnlessAskedForTest() throws IOException {
    Path dense = folder.resolve("dense");
    TinyRuns.train(folder.resolve("data"), dense, "--method", "none");
    Path run = folder.resolve("run");
    Path page = folder.resolve("compare.html");
    JsonNode result = json("report", dense, run, "--out", page, "--json");
    assertThat(result.propertyNames()).containsExactly("report", "runs");
    assertThat(result.get("report").asString()).isEqualTo(page.toString());
    assertThat(result.get("runs")).hasSize(2);
    assertThat(page).content().contains("12 validation examples").doesNotContain("test examples");
    String before = Files.readString(run.resolve("report.html"));
    json("report", run, "--json");
    assertThat(run.resolve("report.html")).content().isEqualTo(before);
    json("report", run, dense, "--split", "test", "--out", page, "--json");
    JsonNode measured = json("evaluate", run, "--json");
    assertThat(page)
        .content()
        .contains("(40 test examples)")
        .contains(String.format(Locale.ROOT, "%.2f %%", measured.get("error_percent").asDouble()));
  }

  @Test
  void methodsThatOnlyAddNoiseSayThatTheyPruneNothing() {
    for (Method method : Method.all()) {
      if (!method.prunes()) {
        Path run = folder.resolve("noise-" + method.name());
        TinyRuns.train(folder.resolve("data"), run, "--method", method.name());
        CommandLineRun pruned =
            CommandLineRun.of("prune", run, "--out", folder.resolve(method.name() + ".model"));
        assertThat(pruned.exitCode()).as(pruned.err()).isZero();
        assertThat(pruned.out())
            .contains("%s of %s weights left".formatted(WEIGHTS, WEIGHTS))
            .contains("method '%s' prunes nothing".formatted(method.name()));
        assertThat(run.resolve("report.html")).content().contains("This method removes no weights");
      }
    }
  }

  @Test
  void aReportThatCannotBeWrittenHidesNoRun() throws IOException {
    Path run = folder.resolve("blocked");
    TinyRuns.train(folder.resolve("data"), run);
    Files.delete(run.resolve("report.html"));
    Files.createDirectories(run.resolve("report.html"));
    CommandLineRun done = TinyRuns.train(folder.resolve("data"), run, "--resume");
    assertThat(done.err()).contains(run.resolve("report.html") + " was not written: ");
    JsonNode result = JSON.readTree(done.out());
    assertThat(result.get("status").asString()).isEqualTo("finished");
    assertThat(result.has("report")).isFalse();
  }

  @Test
  void aCollapsedRunLeavesAReportToo() {
    Path run = folder.resolve("collapsed");
    CommandLineRun done =
        CommandLineRun.of(
            "train",
            "--data",
            folder.resolve("data"),
            "--arch",
            TinyRuns.ARCHITECTURE,
            "--epochs",
            2,
            "--threads",
            1,
            "--threshold",
            -1000,
            "--out",
            run);
    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("collapse after epoch 1");
    assertThat(run.resolve("report.html")).content().contains("a layer lost its last path");
  }

  @Test
  void aRunHasEventsForTensorBoardAndAFinishedOneGetsNoMore() throws IOException {
    assertThat(eventFiles()).singleElement().satisfies(f -> assertThat(f).isNotEmptyFile());
    json("train", "--out", folder.resolve("run"), "--resume", "--json");
    assertThat(eventFiles()).hasSize(1);
  }

  private static List<Path> eventFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("events.out.tfevents."))
          .toList();
    }
  }
}
