package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The networks of docs/networks.md go all the way as printed, and lose units on it. */
class ExampleNetworksTest {

  private static final String TRAIN = "train --recipe examples/networks/";

  @TempDir private Path temp;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** The one that takes seconds, so that a plain build tries what all rest on. */
  @Test
  void wordsLoseUnits() throws IOException {
    List<String> printed =
        printed().stream().filter(command -> command.contains("words.yaml")).toList();
    assertThat(printed).hasSize(1);
    trained(printed.getFirst(), 12);
    List<String> predicted =
        CommandLineRun.of("predict", temp.resolve("small.safetensors"), "--input", sentence())
            .out()
            .lines()
            .toList();
    assertThat(predicted.getLast()).contains("complaint");
  }

  @Tag("long")
  @Test
  void picturesLoseUnits() throws IOException {
    List<String> printed =
        printed().stream().filter(command -> command.contains("pictures.yaml")).toList();
    assertThat(printed).hasSize(3);
    for (String command : printed) {
      trained(command, 28);
      CommandLineRun predicted =
          CommandLineRun.of(
              "predict",
              temp.resolve("small.safetensors"),
              "--input",
              here(PrintedPage.words(section().commands().getLast()).getLast()));
      assertThat(predicted.out()).contains("0  9 Ankle boot");
    }
  }

  private static PrintedPage section() throws IOException {
    return PrintedPage.named("docs/networks.md").section("## From a file");
  }

  private static List<String> printed() throws IOException {
    return section().commands().stream().filter(command -> command.startsWith(TRAIN)).toList();
  }

  private Path sentence() throws IOException {
    return Files.writeString(temp.resolve("new.txt"), "The soup was not good.\n");
  }

  /**
   * Trains as printed; the network must lose units on it, have fewer in its file, and know more
   * than nothing.
   */
  private void trained(String command, double worst) throws IOException {
    List<Object> words = new ArrayList<>();
    PrintedPage.words(command).forEach(word -> words.add(here(word)));
    words.add("--json");
    assertThat(json(words.toArray()).get("status").asString()).isEqualTo("finished");
    TrainedRun run = TrainedRun.read(Path.of(words.get(words.size() - 2).toString()));
    List<EpochMetrics> epochs =
        MetricsLog.read(run.folder().metrics(), run.snapshot().architecture());
    assertThat(units(epochs.getLast())).as(command).isLessThan(units(epochs.getFirst()));

    Path model = temp.resolve("small.safetensors");
    JsonNode pruned = json("prune", run.folder().root(), "--out", model, "--json");
    assertThat(sum(pruned.get("units"))).as(command).isLessThan(sum(pruned.get("units_before")));
    assertThat(pruned.get("multiply_adds").asLong())
        .isLessThan((long) (0.95 * pruned.get("multiply_adds_before").asLong()));
    assertThat(pruned.get("compression").asDouble()).isGreaterThan(6);
    assertThat(CommandLineRun.of("prune", run.folder().root(), "--out", model).out())
        .containsPattern("units [0-9-]+ of [0-9-]+, \\d+ of \\d+ multiply-adds");
    assertThat(json("evaluate", model, "--json").get("error_percent").asDouble())
        .as(command)
        .isLessThan(worst);
  }

  /** A word of a command, with the places of the repository and of this test. */
  private String here(String word) {
    if (word.startsWith("runs/")) {
      return temp.resolve(word).toString();
    }
    return word.startsWith("examples/") || word.startsWith("core/")
        ? SourceTree.root().resolve(word).toString()
        : word;
  }

  private static int units(EpochMetrics epoch) {
    return epoch.layers().stream().mapToInt(EpochMetrics.LayerCount::liveUnits).sum();
  }

  private static int sum(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).map(i -> numbers.get(i).asInt()).sum();
  }
}
