package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every command prints and writes when all is well. */
class CommandsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long WEIGHTS = 784 * 8 + 8 * 10;

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

  /** Runs a command that must succeed and print one JSON object and nothing else. */
  private static JsonNode json(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    JsonNode node = JSON.readTree(run.out());
    assertThat(node.isObject()).isTrue();
    return node;
  }

  static List<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    collect(Ockham.commandLine(), all);
    return all;
  }

  private static void collect(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(sub -> collect(sub, all));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpMentionsEveryOptionWithinAHundredColumns(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    List<String> arguments = new ArrayList<>(List.of(name.split(" ")));
    arguments.removeFirst();
    arguments.add("--help");
    CommandLineRun help = CommandLineRun.of(arguments.toArray());
    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    for (OptionSpec option : command.getCommandSpec().options()) {
      assertThat(option.description()).as(name + " " + option.longestName()).isNotEmpty();
      assertThat(help.out()).contains(option.longestName());
    }
    command.getSubcommands().keySet().forEach(sub -> assertThat(help.out()).contains(sub));
  }

  @Test
  void methodsSayWhatTheirScoreIs() {
    Map<String, String> scores = new HashMap<>();
    for (JsonNode row : json("methods", "--json").get("methods")) {
      scores.put(row.get("name").asString(), row.get("score").asString(""));
    }
    assertThat(scores)
        .containsEntry("none", "")
        .containsEntry("vd-b", "")
        .containsEntry("sparse-vd", "log alpha")
        .containsEntry("magnitude", "-log |w|")
        .containsEntry("random", "a random number")
        .containsEntry("beta-bernoulli", "-log E pi")
        .containsEntry("sbp", "-log SNR")
        .containsEntry("vib", "log alpha")
        .containsEntry("l0-unit", "-log alpha of the hard concrete gate");
    assertThat(CommandLineRun.of("methods").out())
        .contains(
            "prunes where log alpha >= 3;",
            "prunes where -log SNR >= 0;",
            "prunes where -log E pi >= 6.908;",
            "prunes on a schedule, by -log |w|;");
  }

  @Test
  void datasetsAndArchitecturesListTheirEntries() {
    assertThat(json("datasets", "--json").get("datasets").findValuesAsString("name"))
        .containsExactlyInAnyOrder("mnist", "fashion-mnist", "fashion-mnist-mini");
    JsonNode architectures = json("architectures", "--json").get("architectures");
    assertThat(architectures.get(0).get("name").asString()).isEqualTo("lenet-300-100");
    assertThat(architectures.get(0).get("weights").asLong()).isEqualTo(266_200);
    assertThat(architectures.get(0).get("layers").get(0).get("shape").toString())
        .isEqualTo("[300,784]");
    for (JsonNode row : architectures) {
      assertThat(row.get("multiply_adds").asLong()).as("%s", row.get("name")).isPositive();
      if (row.get("name").asString().equals("lstm-classifier")) {
        assertThat(row.get("inputs").findValuesAsString("name"))
            .containsExactly("tokens", "length");
        assertThat(row.get("arguments").findValuesAsString("name"))
            .containsExactly("vocab", "steps", "width", "hidden", "classes");
      }
    }
    assertThat(architectures.findValuesAsString("name")).contains("lstm-classifier", "resnet-20");
    assertThat(CommandLineRun.of("architectures").out())
        .contains(":classes=10,channels=3,size=32", "tokens of 50, length of one number;");
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

  @Test
  void methodsAreListedWithTheirNoiseAndThreshold() {
    JsonNode methods = json("methods", "--json").get("methods");
    assertThat(methods).hasSize(Method.all().size());
    for (JsonNode row : methods) {
      Method method = Method.named(row.get("name").asString());
      assertThat(row.propertyNames())
          .containsExactly(
              "name",
              "description",
              "source",
              "noise",
              "kl",
              "prunes",
              "score",
              "default_threshold");
      assertThat(row.get("noise").asString()).isEqualTo(method.noise()).isNotBlank();
      assertThat(row.get("source").asString()).isEqualTo(method.source());
      assertThat(row.get("prunes").asBoolean()).isEqualTo(method.prunes());
      assertThat(row.get("default_threshold").isNull()).isEqualTo(!method.prunes());
    }
    assertThat(CommandLineRun.of("methods").out())
        .contains("sparse-vd", "prunes nothing", "log alpha >= 3");
  }

  @Test
  void labKlTabulatesEveryTermAtTheValuesAskedFor() {
    JsonNode rows = json("lab", "kl", "--log-alpha", "-8,0.3,3,-60", "--json").get("rows");
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      double logAlpha = row.get("log_alpha").asDouble();
      assertThat(row.propertyNames())
          .containsExactly(
              "log_alpha", "exact", "exact_derivative", "molchanov", "kingma", "bound", "ard");
      assertThat(row.get("exact").asDouble()).isEqualTo(KlTerm.EXACT.value(logAlpha));
      assertThat(row.get("exact_derivative").asDouble())
          .isEqualTo(KlTerm.EXACT.derivative(logAlpha));
      assertThat(row.get("molchanov").asDouble()).isEqualTo(KlTerm.MOLCHANOV.value(logAlpha));
      assertThat(row.get("kingma").asDouble()).isEqualTo(KlTerm.KINGMA_CUBIC.value(logAlpha));
      assertThat(row.get("bound").asDouble()).isEqualTo(KlTerm.LOWER_BOUND.value(logAlpha));
      assertThat(row.get("ard").asDouble())
          .isCloseTo(0.5 * Math.log1p(Math.exp(-logAlpha)), within(1e-14 * Math.abs(logAlpha)));
    }
  }

  @Test
  void labWritesAPageAndNamesItsFiles() throws IOException {
    Path out = folder.resolve("lab");
    JsonNode result = json("lab", "elbo", "--out", out, "--seed", 3, "--json");
    assertThat(result.propertyNames()).containsExactly("rows", "files");
    for (JsonNode file : result.get("files")) {
      assertThat(Path.of(file.asString())).isNotEmptyFile();
    }
    assertThat(out.resolve("index.html")).isRegularFile();
    assertThat(JSON.readTree(Files.readString(out.resolve("result.json"))).get("rows"))
        .isEqualTo(result.get("rows"));
  }

  @Test
  void whatIsInfiniteIsNullInJsonAtAnyDepth() {
    JsonNode row = json("lab", "kl", "--log-alpha", "600", "--json").get("rows").get(0);
    assertThat(row.get("kingma").isNull()).isTrue();
    assertThat(row.get("exact").isNumber()).isTrue();
  }

  @Test
  void theSpecIsPrintedAsARecipeThatReadsBack() {
    CommandLineRun run = CommandLineRun.of("train", "--print-spec", "--set", "data.name=a b'c");
    assertThat(run.exitCode()).isZero();
    RunSpec spec = Recipe.parse(run.out(), "printed").toSpec();
    assertThat(spec.data().name()).isEqualTo("a b'c");
    assertThat(spec.training()).isEqualTo(RunSpec.defaults().training());
    assertThat(json("train", "--print-spec", "--json").propertyNames())
        .containsExactly("data", "architecture", "method", "training");
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
    assertThat(page).content().contains("12 validation images").doesNotContain("test images");
    String before = Files.readString(run.resolve("report.html"));
    json("report", run, "--json");
    assertThat(run.resolve("report.html")).content().isEqualTo(before);
    json("report", run, dense, "--split", "test", "--out", page, "--json");
    JsonNode measured = json("evaluate", run, "--json");
    assertThat(page)
        .content()
        .contains("(40 test images)")
        .contains("%.2f %%".formatted(measured.get("error_percent").asDouble()));
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
            .contains("%d of %d weights left".formatted(WEIGHTS, WEIGHTS))
            .contains("method '%s' prunes nothing".formatted(method.name()));
        assertThat(run.resolve("report.html")).content().contains("This method removes no weights");
      }
    }
  }

  @Test
  void aRaceSaysWhatEachStepCostsAndHolds() {
    JsonNode race =
        json("bench", "step", "--arch", "mlp:20-8-3", "--batch", 10, "--steps", 3, "--json");
    for (String runner : List.of("dense", "dense_fused", "eager", "ockham")) {
      double median = race.get(runner + "_ms").asDouble();
      assertThat(median).isPositive();
      assertThat(race.get(runner + "_quartiles_ms").get(0).asDouble()).isLessThanOrEqualTo(median);
    }
    assertThat(race.get("eager_over_ockham").asDouble())
        .isEqualTo(race.get("eager_ms").asDouble() / race.get("ockham_ms").asDouble());
    assertThat(race.get("ockham_over_dense").asDouble())
        .isEqualTo(race.get("ockham_ms").asDouble() / race.get("dense_ms").asDouble());
    for (String part : List.of("forward_ms", "noise_ms", "backward_ms", "update_ms")) {
      assertThat(race.get(part).asDouble()).as(part).isPositive();
    }
    assertThat(race.get("precision").asString()).startsWith("float32");
    assertThat(race.get("kernels").asString()).isNotBlank();

    JsonNode two =
        json("bench", "step", "--arch", "mlp:20-8-3", "--threads", 2, "--steps", 2, "--json");
    assertThat(two.get("ockham_over_dense_parallel").asDouble())
        .isEqualTo(two.get("ockham_ms").asDouble() / two.get("dense_parallel_ms").asDouble());

    String sequence = "net:t6-embed9x4-lstm5-dense3";
    JsonNode recurrent = json("bench", "step", "--arch", sequence, "--steps", 2, "--json");
    assertThat(recurrent.has("eager_ms")).isFalse();
    assertThat(recurrent.get("dense_ms").asDouble()).isPositive();
    assertThat(recurrent.get("noise_ms").asDouble()).isPositive();

    JsonNode gates =
        json("bench", "step", "--arch", "mlp:20-8-3", "--method", "sbp", "--steps", 2, "--json");
    assertThat(gates.has("eager_ms")).as("nothing is written as the textbook does it").isFalse();
    assertThat(gates.get("ockham_ms").asDouble()).isPositive();
  }

  @Test
  void aRaceOfEpochsSaysWhatEachCosts() {
    JsonNode race =
        json(
            "bench",
            "epoch",
            "--data",
            "fashion-mnist-mini",
            "--arch",
            "mlp:784-8-10",
            "--epochs",
            3,
            "--batch",
            200,
            "--set",
            "training.fine_tune.epochs=1",
            "--set",
            "training.gradual_pruning.from=0.5",
            "--json");
    assertThat(race.get("epochs")).hasSize(3);
    for (JsonNode epoch : race.get("epochs")) {
      assertThat(epoch.get("dense_seconds").asDouble()).isPositive();
      assertThat(epoch.get("seconds").asDouble()).isPositive();
      assertThat(epoch.get("layers").get(1).get("live_units").asInt()).isEqualTo(10);
    }
    assertThat(race.get("last_over_first").asDouble()).isPositive();
    assertThat(race.get("ockham_over_dense").asDouble()).isPositive();
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
    assertThat(json("evaluate", model, "--json").get("nll").asDouble())
        .isCloseTo(test, within(1e-5));
    json("prune", run, "--sparsity", 1, "--out", folder.resolve("bn-0.safetensors"), "--json");
    JsonNode nothing = json("evaluate", folder.resolve("bn-0.safetensors"), "--json");
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

  @Test
  void everySplitOfARunCanBeMeasured() {
    assertThat(examples("test")).isEqualTo(40);
    assertThat(examples("train") + examples("validation")).isEqualTo(120);
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
    JsonNode evaluated = json("evaluate", model, "--json");
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

  /** Weights that are not zero, counted in the bytes of the file without Ockham's model reader. */
  private static long nonzeroInFile(Path file) throws IOException {
    long nonzero = 0;
    for (Map.Entry<String, StoredTensor> entry : Safetensors.read(file).tensors().entrySet()) {
      if (entry.getKey().endsWith(".weight") || entry.getKey().endsWith(".weight.values")) {
        ByteBuffer bytes = entry.getValue().data().order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          nonzero += bytes.getFloat() == 0 ? 0 : 1;
        }
      }
    }
    return nonzero;
  }

  /** Of all tensors but mean and scale of the input, which are no weights. */
  private static String tensorHash(Path file) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    TreeMap<String, StoredTensor> tensors = new TreeMap<>(Safetensors.read(file).tensors());
    tensors.keySet().removeAll(List.of("input.mean", "input.scale"));
    for (StoredTensor tensor : tensors.values()) {
      byte[] bytes = new byte[tensor.data().remaining()];
      tensor.data().get(bytes);
      all.write(bytes);
    }
    return HexFormat.of().formatHex(TinyRuns.sha256(all.toByteArray()));
  }
}
