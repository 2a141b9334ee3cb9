package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
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

  @Tag("long")
  @Test
  void theResidualOneTrainsPrunesSavesAndPredicts() throws IOException {
    goesAllTheWay("residual");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"depthwise", "recurrent", "attention", "net:t28x28-lstm16-dense10"})
  void theOthersDoSo(String name) throws IOException {
    goesAllTheWay(name);
  }

  private void goesAllTheWay(String name) throws IOException {
    String network =
        name.startsWith("net:")
            ? name
            : SourceTree.root().resolve("examples/networks").resolve(name + ".json").toString();
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
    Path picture = temp.resolve("boot.png");
    ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile());
    assertThat(run("predict", model, "--input=" + picture)).contains("index  class", "%");
  }

  private static String run(Object... arguments) {
    CommandLineRun done = CommandLineRun.of(arguments);
    assertThat(done.exitCode()).as(done.err()).isZero();
    return Objects.requireNonNull(done.out());
  }
}
