package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of somebody else's model, docs/own-model.md, runs as printed, but for one epoch in place
 * of many.
 */
class BringYourModelTest {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("ockham.root"), "set by the build"));

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void everyCommandRuns() throws IOException {
    List<String> commands = PrintedPage.named("docs/own-model.md").commands();
    assertThat(commands).hasSize(5);
    for (String command : commands) {
      String here =
          command
              .replace("examples/", ROOT.resolve("examples") + "/")
              .replace("runs/", folder + "/")
              .replace("--epochs 15", "--epochs 1 --threads 1");
      CommandLineRun run = CommandLineRun.of((Object[]) here.split(" "));
      assertThat(run.exitCode()).as("%s%n%s", here, run.err()).isZero();
      if (here.startsWith("evaluate") && here.contains("clothes.safetensors")) {
        assertThat(run.out()).contains("12.10 %");
      }
      if (here.startsWith("export")) {
        assertThat(run.out() + run.err()).contains("ONNX Runtime agrees");
      }
    }
    assertThat(folder.resolve("clothes.onnx")).isRegularFile();
  }
}
