package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** A sweep with rounds, its runs in processes of their own. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class SweepTest {

  @TempDir Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void shortRunsComeFirstAndTheBestBeginAgainWithMore() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path sweep =
        Files.writeString(
            folder.resolve("sweep.yaml"),
            """
            settings:
              data.name: %s
              architecture: %s
              method.name: none
            grid:
              training.learning_rate.initial: [0.01, 1e-8]
            halving: {epochs: [1, 2], keep: 0.5}
            """
                .formatted(data, TinyRuns.ARCHITECTURE));
    Path out = folder.resolve("out");
    CommandLineRun run = CommandLineRun.of("sweep", sweep, "--out", out, "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode again = CommandLineRun.json("sweep", sweep, "--out", out, "--json");
    assertThat(again.get("command").asString()).startsWith("ockham sweep " + sweep);
    assertThat(again.get("machine").get("threads").asInt()).isEqualTo(1);
    assertThat(again.get("software")).hasSize(1);
    JsonNode rounds = again.get("rounds");
    JsonNode best = rounds.get(1).get(0);
    assertThat(best.get("compression").asDouble()).isEqualTo(1);
    assertThat(best.get("seconds").asDouble()).isPositive();
    assertThat(rounds.get(0)).hasSize(2);
    assertThat(rounds.get(1)).hasSize(1);
    assertThat(best.get("trial").asString()).isEqualTo("trial-01");
    assertThat(best.get("epochs").asInt()).isEqualTo(2);
    assertThat(rounds.get(0).get(0).get("nll").asDouble())
        .isLessThan(rounds.get(0).get(1).get("nll").asDouble());
    assertThat(out.resolve("round-2/trial-01/model.safetensors")).exists();
    assertThat(out.resolve("round-2/trial-02")).doesNotExist();
    assertThat(Files.readString(out.resolve("sweep.json"))).isEqualTo(run.out());
  }
}
