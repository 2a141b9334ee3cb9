package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders that may not be written to and disks without room, each met by a process of its own. Root
 * may write anywhere, so the process gives up that power ({@code setpriv}); a full disk is a limit
 * of the size of a file ({@code ulimit -f}), or {@code /dev/full} as standard output.
 */
class NoRoomTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
    Files.createDirectories(folder.resolve("locked"));
    Files.write(folder.resolve("model.onnx"), TinyOnnx.model("Relu", 100, 30));
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static boolean has(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs a command in a new JVM; {@code @} stands for the folder of the test. */
  private static CommandLineRun run(List<String> before, String command, File out)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(before);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.ockham.cli.Ockham"));
    line.addAll(List.of(command.replace("@", folder.toString()).split(" ")));
    Path err = Files.createTempFile("ockham", ".err");
    try {
      Process process =
          new ProcessBuilder(line).redirectOutput(out).redirectError(err.toFile()).start();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      String said =
          Files.readString(err)
              .replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
      return new CommandLineRun(process.exitValue(), "", said);
    } finally {
      Files.delete(err);
    }
  }

  private static void requireOneLine(CommandLineRun run, String... said) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).startsWith("ockham: ").contains(said).doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prune @/run --out @/locked/m",
        "import @/model.onnx --out @/locked/m",
        "predict @/run --input @/data/t10k-images-idx3-ubyte --out @/locked/p",
        "report @/run --out @/locked/r.html",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/locked",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/locked/new",
        "demo --out @/locked/demo",
        "lab storage --out @/locked",
        "lab storage --out @/locked/new",
        "lab compare --data @/data --arch mlp:784-8-10 --seeds 1 --out @/locked/new",
        "reproduce lenet-300-100-random-labels --out @/locked/o --results @/r --zoo @/z",
        "reproduce lenet-300-100-random-labels --out @/o --results @/locked --zoo @/z",
        "reproduce lenet-300-100-random-labels --out @/o --results @/r --zoo @/locked",
      })
  void aFolderThatMayNotBeWrittenTo(String command) throws IOException, InterruptedException {
    Path locked = folder.resolve("locked");
    assertThat(locked.toFile().setWritable(false)).isTrue();
    List<String> powerless = List.of();
    if (Files.isWritable(locked)) {
      powerless = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
      assumeTrue(has("setpriv", powerless.get(1), "true"), "this is root, and without setpriv");
    }
    SortedMap<String, String> before = TinyRuns.contents(folder);
    CommandLineRun run = run(powerless, command, new File("/dev/null"));
    requireOneLine(run, locked.toString(), "permission denied");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prune @/run --sparsity 0.01 --out @/large",
        "import @/model.onnx --out @/large",
        "report @/run --out @/large",
        "predict @/run --input @/data/t10k-images-idx3-ubyte --json --out @/large",
        "lab storage --out @/large",
        "lab compare --data @/data --arch mlp:784-8-10 --seeds 1 --out @/large",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/large",
        "demo --out @/large",
      })
  void aDiskThatIsFull(String command) throws IOException, InterruptedException {
    List<String> limited = List.of("bash", "-c", "ulimit -f 1; exec \"$@\"", "bash");
    assumeTrue(has("bash", "-c", "ulimit -f 1"), "no shell that limits the size of files");
    SortedMap<String, String> before = TinyRuns.contents(folder);
    CommandLineRun run = run(limited, command, new File("/dev/null"));
    requireOneLine(run, folder.resolve("large").toString(), "File too large");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "datasets",
        "architectures --json",
        "methods --json",
        "lab kl --log-alpha 1",
        "evaluate @/run",
        "predict @/run --input @/data/t10k-images-idx3-ubyte",
        "predict @/run --input @/data/t10k-images-idx3-ubyte --json",
        "train --print-spec",
      })
  void aStandardOutputThatIsFull(String command) throws IOException, InterruptedException {
    File full = new File("/dev/full");
    assumeTrue(full.exists(), "/dev/full is not here");
    SortedMap<String, String> before = TinyRuns.contents(folder);
    requireOneLine(run(List.of(), command, full), "standard output");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }
}
