package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.command.FrontierCommand;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code ockham frontier} from its recipes to its page, and {@code ockham sensitivity}. */
@Execution(ExecutionMode.CONCURRENT)
class FrontierTest {

  @TempDir static Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  static List<Method> contestants() {
    return Method.all().stream().filter(m -> m.prunes() || m.equals(Method.NONE)).toList();
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("contestants")
  void everyMethodThatPrunesHasARecipe(Method method) throws IOException {
    RunSpec bundled =
        Recipe.bundled(
                FrontierCommand.class, "/dev/ockham/cli/recipes/compare/" + method.name() + ".yaml")
            .toSpec();
    assertThat(bundled.method().name()).isEqualTo(method.name());
    assertThat(bundled.data().name()).isEqualTo("fashion-mnist-mini");
    Path file = SourceTree.root().resolve("recipes/compare/" + method.name() + ".yaml");
    CommandLineRun printed = CommandLineRun.of("train", "--recipe", file, "--print-spec");
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    assertThat(Recipe.parse(printed.out(), "printed").toSpec()).isEqualTo(bundled);
  }

  /** Two methods, two seeds, in processes of their own. */
  private static Object[] command(Path data, Path out, Object... more) {
    Object[] base = {
      "frontier",
      "--data",
      data,
      "--arch",
      TinyRuns.ARCHITECTURE,
      "--methods",
      "vib,magnitude",
      "--seeds",
      "1,2",
      "--epochs",
      3,
      "--strengths",
      "0.5",
      "--within",
      50,
      "--no-latency",
      "--out",
      out,
      "--json"
    };
    return Stream.concat(Stream.of(base), Stream.of(more)).toArray();
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void methodsAreTrainedMeasuredAndShownAndNothingIsTrainedTwice() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path out = folder.resolve("frontier");
    Object[] command = command(data, out);
    JsonNode result = CommandLineRun.json(command);
    assertThat(result.get("methods")).hasSize(2);
    assertThat(result.get("missing")).isEmpty();
    assertThat(result.get("units").toString()).isEqualTo("[784,8]");
    JsonNode halfVib = result.get("methods").get(0);
    assertThat(halfVib.get("method").asString()).isEqualTo("vib");
    assertThat(halfVib.get("strength").asDouble()).isEqualTo(0.5);
    assertThat(halfVib.get("beta").asDouble()).isEqualTo(1.5);
    for (JsonNode run : halfVib.get("runs")) {
      // Its units go whole: every column of the first layer that is left has all its weights.
      for (JsonNode point : run.get("validation")) {
        assertThat(point.get("weights").asLong()).isEqualTo(point.get("macs").asLong());
      }
    }
    JsonNode evaluated =
        CommandLineRun.json(
            "evaluate", out.resolve("runs/magnitude-seed2/model.safetensors"), "--json");
    JsonNode own = result.get("methods").get(1).get("runs").get(1).get("own_test");
    assertThat(own.get("error")).isEqualTo(evaluated.get("error_percent"));
    assertThat(own.get("weights").asLong()).isEqualTo(evaluated.get("nonzero_weights").asLong());
    // The schedule has removed 0.9 of the weights, so that nothing is pruned to less.
    for (JsonNode point : result.get("methods").get(1).get("runs").get(0).get("validation")) {
      assertThat(point.path("asked_sparsity").asDouble(1)).isGreaterThan(0.9);
    }
    requireFronts(result);
    assertThat(out.resolve("index.html"))
        .content()
        .contains("vib ×0.5", "magnitude", "test examples", "As small as accuracy allows")
        .contains("The best of each size", "ockham frontier");
    SortedMap<String, String> before = TinyRuns.contents(out);
    assertThat(CommandLineRun.json(command)).isEqualTo(result);
    assertThat(TinyRuns.contents(out)).isEqualTo(before);
    requireTheSameElsewhere(data, out);
    CommandLineRun other = CommandLineRun.of(command(data, out, "--epochs", 4));
    assertThat(other.err()).contains("--epochs");
    other = CommandLineRun.of(changed(command, 10, 4));
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err().lines()).hasSize(1);
    assertThat(other.err()).contains("training.epochs is 3, not 4");
    assertThat(TinyRuns.contents(out)).isEqualTo(before);
    assertThat(Files.readString(out.resolve("result.json"))).contains("\"keeps_promise\"");
  }

  private static Object[] changed(Object[] command, int place, Object value) {
    Object[] copy = command.clone();
    copy[place] = value;
    return copy;
  }

  /** No network of any run beats one of the front, by all pairs. */
  private static void requireFronts(JsonNode result) {
    for (String size : List.of("weights", "file", "macs")) {
      JsonNode front = result.get("fronts").get(size);
      assertThat(front).isNotEmpty();
      for (JsonNode best : front) {
        for (JsonNode method : result.get("methods")) {
          for (JsonNode run : method.get("runs")) {
            for (JsonNode point : run.get("validation")) {
              boolean noWorse =
                  point.get(size).asDouble() <= best.get(size).asDouble()
                      && point.get("error").asDouble() <= best.get("error").asDouble();
              boolean better =
                  point.get(size).asDouble() < best.get(size).asDouble()
                      || point.get("error").asDouble() < best.get("error").asDouble();
              assertThat(noWorse && better).isFalse();
            }
          }
        }
      }
    }
  }

  /** Trained elsewhere and killed while it was measured: the same command ends with equal bytes. */
  private static void requireTheSameElsewhere(Path data, Path out) throws IOException {
    Path again = folder.resolve("again");
    try (Stream<Path> files = Files.walk(out.resolve("runs"))) {
      for (Path file : files.sorted().toList()) {
        boolean measured = file.endsWith("tradeoff.json") && file.toString().contains("vib");
        Path copy = again.resolve(out.relativize(file));
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        if (!measured) {
          Files.copy(file, copy);
        }
      }
    }
    CommandLineRun done = CommandLineRun.of(command(data, again));
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.err()).contains("measuring").doesNotContain("is done");
    SortedMap<String, String> expected = new TreeMap<>(TinyRuns.contents(out));
    assertThat(TinyRuns.contents(again)).isEqualTo(expected);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aRunIsMeasuredAtEverySizeAndItsPageShowsIt() throws IOException {
    Path data = TinyRuns.data(folder.resolve("tiny"));
    Path run = folder.resolve("one");
    TinyRuns.train(data, run, "--method", "sparse-vd");
    JsonNode curve =
        CommandLineRun.json("frontier", run, "--no-latency", "--bits", "8", "--json")
            .get("runs")
            .get(0);
    assertThat(curve.get("examples").asInt()).isEqualTo(12);
    assertThat(run.resolve("latency.json")).doesNotExist();
    for (JsonNode point : curve.get("points")) {
      Path model = folder.resolve("small.safetensors");
      List<Object> prune = new ArrayList<>(List.of("prune", run, "--bits", "8", "--out", model));
      if (point.has("asked_sparsity")) {
        prune.addAll(List.of("--sparsity", point.get("asked_sparsity").asDouble()));
      }
      prune.add("--json");
      JsonNode made = CommandLineRun.json(prune.toArray());
      assertThat(made.get("file_bytes").asLong()).isEqualTo(point.get("file").asLong());
      assertThat(made.get("nonzero_weights").asLong()).isEqualTo(point.get("weights").asLong());
      assertThat(
              CommandLineRun.json(
                      "evaluate", model, "--data", data, "--split", "validation", "--json")
                  .get("error_percent"))
          .isEqualTo(point.get("error"));
    }
    assertThat(run.resolve("report.html")).content().contains("class=\"wide chooser\"");
    SortedMap<String, String> before = TinyRuns.contents(run);
    assertThat(
            CommandLineRun.json("frontier", run, "--no-latency", "--bits", "8", "--json")
                .get("runs")
                .get(0))
        .isEqualTo(curve);
    assertThat(TinyRuns.contents(run)).isEqualTo(before);

    JsonNode layers = CommandLineRun.json("sensitivity", run, "--within", "5", "--json");
    assertThat(layers.get("layers")).hasSize(2);
    assertThat(layers.get("hurt_first")).hasSize(2);
    assertThat(layers.get("own"))
        .isEqualTo(
            CommandLineRun.json("evaluate", run, "--split", "validation", "--json")
                .get("error_percent"));
    for (JsonNode layer : layers.get("layers")) {
      double sparsity = 1 - layer.get("left").asDouble() / layer.get("weights").asDouble();
      for (JsonNode point : layer.get("points")) {
        assertThat(point.get("sparsity").asDouble()).isGreaterThan(sparsity);
        sparsity = point.get("sparsity").asDouble();
      }
    }
    assertThat(run.resolve("report.html")).content().contains("Layer by layer");
    String kept = Files.readString(run.resolve("sensitivity.json"));
    CommandLineRun.json("sensitivity", run, "--within", "0", "--json");
    assertThat(run.resolve("sensitivity.json")).hasContent(kept);
    Files.writeString(run.resolve("tradeoff.json"), "{");
    CommandLineRun refused = CommandLineRun.of("report", run);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("tradeoff.json").hasLineCount(1);
  }
}
