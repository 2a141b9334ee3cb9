package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScheduleTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @ParameterizedTest
  @CsvSource({
    "'', auto, 0",
    "--method=ard, auto, 0",
    "--epochs=30 --lr=0.01 --batch=20 --seed=3, auto, 30",
    "--set=training.epochs=30, auto, 30",
    "--set=training.epochs=30 --schedule=auto, auto, 30",
    "--schedule=stated, stated, 100",
    "--set=training.schedule=stated, stated, 100",
    "--beta=1, stated, 100",
    "--threshold=3, stated, 100",
    "--kl=ard, stated, 100",
    "--pretrain-epochs=2, stated, 100",
    "--set=training.gradual_pruning.from=0.5, stated, 100",
    "--set=training.fine_tune.epochs=5, stated, 100",
    "--set=training.early_stopping.patience=5, stated, 100",
    "--set=training.initial_weights=small, stated, 100",
    "--method=none, stated, 100",
    "--method=vib, stated, 100",
  })
  void itIsLeftToTheRunWhereNothingOfItIsSaid(String options, String schedule, int epochs)
      throws Exception {
    JsonNode training = printed(options.isEmpty() ? new String[0] : options.split(" "));
    assertThat(training.path("schedule").asString()).isEqualTo(schedule);
    assertThat(training.path("epochs").asInt()).isEqualTo(epochs);
  }

  /** A recipe that names no β means 1 today as ever. */
  @Test
  void aRecipeMeansWhatItAlwaysMeant() throws Exception {
    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(recipe, "method: {name: sparse-vd}\n");
    JsonNode training = printed("--recipe=" + recipe);
    assertThat(training.path("schedule").asString()).isEqualTo("stated");
    assertThat(training.path("epochs").asInt()).isEqualTo(100);
    assertThat(training.path("kl_weight").path("last").asDouble()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--beta=0.1, leave it out",
    "--set=training.fine_tune.epochs=2, leave it out",
    "--method=vib, no rule for method 'vib'",
    "--loss=teacher --init-from=nowhere, no rule for method 'sparse-vd' and loss teacher",
    "--epochs=-1, training.epochs",
  })
  void whatContradictsItIsRefused(String options, String message) {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(
                    Stream.of("train", "--print-spec", "--schedule=auto"),
                    Stream.of(options.split(" ")))
                .toArray());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void theRunSaysAndRecordsWhatItChose() throws Exception {
    Path run = folder.resolve("run");
    Path data = TinyRuns.data(folder.resolve("data"));
    Object[] options = {"--method", "sparse-vd", "--set", "training.epochs=20"};
    String said = TinyRuns.train(data, run, options).err();
    assertThat(said).contains("schedule by data and network: 20 epochs, 3 of them without noise");
    JsonNode training =
        JSON.readTree(Files.readString(run.resolve("run.json"))).path("spec").path("training");
    assertThat(training.path("schedule").asString()).isEqualTo("stated");
    assertThat(training.path("pretrain_epochs").asInt()).isEqualTo(3);
    assertThat(training.path("fine_tune").path("stages").asInt()).isEqualTo(3);
    assertThat(training.path("kl_weight").path("last").asDouble()).isBetween(1e-4, 1.0);
    assertThat(
            TinyRuns.train(
                    data, run, "--method", "sparse-vd", "--set", "training.epochs=20", "--resume")
                .err())
        .as("a finished run stays")
        .doesNotContain("schedule by data");
  }

  private static JsonNode printed(String... options) throws Exception {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(Stream.of("train", "--print-spec", "--json"), Stream.of(options))
                .toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return JSON.readTree(run.out()).path("training");
  }
}
