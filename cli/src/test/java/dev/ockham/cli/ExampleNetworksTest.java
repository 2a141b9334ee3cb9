package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks of {@code examples/networks} go all the way on the command line. */
class ExampleNetworksTest {

  @TempDir private Path temp;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void theResidualOneTrainsPrunesSavesAndPredicts() {
    goesAllTheWay("residual");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"depthwise", "recurrent", "attention"})
  void theOthersDoSo(String name) {
    goesAllTheWay(name);
  }

  private void goesAllTheWay(String name) {
    Path network = SourceTree.root().resolve("examples/networks").resolve(name + ".json");
    Path run = temp.resolve("run");
    Path model = temp.resolve("model.safetensors");
    run(
        "train",
        "--arch=" + network,
        "--data=fashion-mnist-mini",
        "--method=sparse-vd",
        "--epochs=1",
        "--lr=0.003",
        "--out=" + run);
    assertThat(Files.exists(run.resolve("network.json"))).isTrue();
    run("prune", run, "--sparsity=0.5", "--out=" + model);
    assertThat(run("evaluate", model, "--data=fashion-mnist-mini", "--json"))
        .contains("\"error_percent\"");
    assertThat(run("report", run)).isNotNull();
  }

  private static String run(Object... arguments) {
    CommandLineRun done = CommandLineRun.of(arguments);
    assertThat(done.exitCode()).as(done.err()).isZero();
    return Objects.requireNonNull(done.out());
  }
}
