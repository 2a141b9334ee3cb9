package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.arch.NetworkText;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What commands print and write when all is well that need no run. */
class CommandsTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
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
        .containsExactlyInAnyOrder(
            "mnist", "fashion-mnist", "fashion-mnist-mini", "cifar-10", "cifar-100");
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

  @Test
  void theHelpHasEveryLayerOfTexts() {
    String help = CommandLineRun.of("architectures", "--help").out();
    assertThat(List.of(help.split("[\\s;:,]+"))).containsAll(NetworkText.layers());
  }

  /** And goes on when the file is gone: the run's folder has it. */
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
    assertThat(spec.training())
        .isEqualTo(
            RunSpec.defaults()
                .withBatch(0)
                .with("training.schedule", "auto")
                .with("training.epochs", 0)
                .training());
    assertThat(json("train", "--print-spec", "--json").propertyNames())
        .containsExactly("data", "architecture", "method", "training");
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
}
