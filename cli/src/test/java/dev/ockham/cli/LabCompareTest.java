package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.command.LabCompareCommand;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ockham lab compare} from its recipes to its page. */
@Execution(ExecutionMode.CONCURRENT)
class LabCompareTest {

  private static final JsonMapper JSON = new JsonMapper();

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
                LabCompareCommand.class,
                "/dev/ockham/cli/recipes/compare/" + method.name() + ".yaml")
            .toSpec();
    assertThat(bundled.method().name()).isEqualTo(method.name());
    assertThat(bundled.data().name()).isEqualTo("fashion-mnist-mini");
    Path file = SourceTree.root().resolve("recipes/compare/" + method.name() + ".yaml");
    CommandLineRun printed = CommandLineRun.of("train", "--recipe", file, "--print-spec");
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    assertThat(Recipe.parse(printed.out(), "printed").toSpec()).isEqualTo(bundled);
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void methodsAreTrainedMeasuredAndShownAndNothingIsTrainedTwice() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path out = folder.resolve("compare");
    Object[] command = {
      "lab",
      "compare",
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
      "--out",
      out,
      "--json"
    };
    CommandLineRun first = CommandLineRun.of(command);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out().lines()).hasSize(1);
    JsonNode result = JSON.readTree(first.out());
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
        assertThat(point.get("nonzero_weights").asLong())
            .isEqualTo(point.get("dense_multiply_adds").asLong());
      }
    }
    JsonNode evaluated =
        JSON.readTree(
            CommandLineRun.of(
                    "evaluate", out.resolve("runs/magnitude-seed2/model.safetensors"), "--json")
                .out());
    JsonNode own = result.get("methods").get(1).get("runs").get(1).get("own_test");
    assertThat(own.get("error_percent")).isEqualTo(evaluated.get("error_percent"));
    assertThat(own.get("nonzero_weights")).isEqualTo(evaluated.get("nonzero_weights"));
    // The schedule has removed 0.9 of the weights, so that nothing is pruned to less.
    for (JsonNode point : result.get("methods").get(1).get("runs").get(0).get("validation")) {
      assertThat(point.path("asked_sparsity").asDouble(1)).isGreaterThan(0.9);
    }
    assertThat(out.resolve("index.html"))
        .content()
        .contains("vib ×0.5", "magnitude", "test images", "As small as accuracy allows");
    SortedMap<String, String> before = TinyRuns.contents(out);
    CommandLineRun again = CommandLineRun.of(command);
    assertThat(JSON.readTree(again.out())).isEqualTo(result);
    assertThat(TinyRuns.contents(out)).isEqualTo(before);
    CommandLineRun other =
        CommandLineRun.of(
            "lab",
            "compare",
            "--data",
            data,
            "--arch",
            TinyRuns.ARCHITECTURE,
            "--methods",
            "magnitude",
            "--seeds",
            "1",
            "--epochs",
            4,
            "--out",
            out);
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err().lines()).hasSize(1);
    assertThat(other.err()).contains("training.epochs is 3, not 4");
    assertThat(TinyRuns.contents(out)).isEqualTo(before);
    assertThat(Files.readString(out.resolve("result.json"))).contains("\"keeps_promise\"");
  }
}
