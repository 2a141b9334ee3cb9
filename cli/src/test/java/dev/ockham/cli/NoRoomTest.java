package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders that may not be written to and disks without room, met by other processes. Root may write
 * anywhere, so one process gives up that power ({@code setpriv}); a full disk is a limit of the
 * size of a file ({@code ulimit -f}) in another one, or {@code /dev/full} as standard output.
 */
@Execution(ExecutionMode.CONCURRENT)
class NoRoomTest {

  @TempDir static Path folder;

  /** By the words before their command lines. */
  private static final Map<List<String>, ManyCommands> PROCESSES = new LinkedHashMap<>();

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
    Files.createDirectories(folder.resolve("locked"));
    Files.write(folder.resolve("model.onnx"), TinyOnnx.model("Relu", 100, 30));
  }

  @AfterAll
  static void letTheProcessesEnd() throws IOException {
    Interrupt.finished();
    for (ManyCommands process : PROCESSES.values()) {
      process.close();
    }
    for (int i = 0; i < PROCESSES.size(); i++) {
      assertThat(said(complaints(i).toPath())).as("what the JVM itself said").isEmpty();
      Files.delete(complaints(i).toPath());
    }
    PROCESSES.clear();
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

  /** Runs a command in the process that has these words before its command line. */
  private static CommandLineRun run(List<String> before, String command) throws IOException {
    ManyCommands process = PROCESSES.get(before);
    if (process == null) {
      process = new ManyCommands(before, complaints(PROCESSES.size()));
      PROCESSES.put(before, process);
    }
    return process.run(command.replace("@", folder.toString()));
  }

  private static File complaints(int process) {
    return folder.resolveSibling(folder.getFileName() + "-" + process + ".err").toFile();
  }

  /** Runs a command in a new JVM, whose standard output is the given file. */
  private static CommandLineRun run(String command, File out)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(ManyCommands.java());
    line.add(Ockham.class.getName());
    line.addAll(List.of(command.replace("@", folder.toString()).split(" ")));
    Path err = Files.createTempFile("ockham", ".err");
    try {
      Process process =
          new ProcessBuilder(line).redirectOutput(out).redirectError(err.toFile()).start();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return new CommandLineRun(process.exitValue(), "", said(err));
    } finally {
      Files.delete(err);
    }
  }

  private static String said(Path err) throws IOException {
    return Files.readString(err)
        .replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
  }

  private static void requireOneLine(CommandLineRun run, String... said) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).startsWith("ockham: ").contains(said).doesNotContain("Exception");
  }

  @ParameterizedTest
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(
      strings = {
        "prune @/run --out @/locked/m",
        "export @/run --no-check --out @/locked/m",
        "predict @/run --input @/data/t10k-images-idx3-ubyte --out @/locked/p",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/locked/new",
      })
  void aFolderThatMayNotBeWrittenTo(String command) throws IOException {
    requireRefusalOfTheLocked(command);
  }

  @Tag("long")
  @ParameterizedTest
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(
      strings = {
        "export @/run --format safetensors --out @/locked/m",
        "import @/model.onnx --out @/locked/m",
        "report @/run --out @/locked/r.html",
        "reproduce lenet-300-100-random-labels --out @/o --results @/r --zoo @/locked",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/locked",
        "demo --out @/locked/demo",
        "compress @/run --target compression>=2 --budget 2epochs --threads 1 --out @/locked/new",
        "lab storage --out @/locked",
        "lab storage --out @/locked/new",
        "frontier --data @/data --arch mlp:784-8-10 --seeds 1 --out @/locked/new",
        "reproduce lenet-300-100-random-labels --out @/locked/o --results @/r --zoo @/z",
        "reproduce lenet-300-100-random-labels --out @/o --results @/locked --zoo @/z",
      })
  void aFolderThatMoreCommandsMayNotWriteTo(String command) throws IOException {
    requireRefusalOfTheLocked(command);
  }

  private static void requireRefusalOfTheLocked(String command) throws IOException {
    Path locked = folder.resolve("locked");
    assertThat(locked.toFile().setWritable(false)).isTrue();
    List<String> powerless = List.of();
    if (Files.isWritable(locked)) {
      powerless = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
      assumeTrue(has("setpriv", powerless.get(1), "true"), "this is root, and without setpriv");
    }
    SortedMap<String, String> before = TinyRuns.contents(folder);
    CommandLineRun run = run(powerless, command);
    requireOneLine(run, locked.toString(), "permission denied");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(
      strings = {
        "prune @/run --sparsity 0.01 --out @/large",
        "train --data @/data --arch mlp:784-8-10 --epochs 1 --threads 1 --out @/large",
      })
  void aDiskThatIsFull(String command) throws IOException {
    requireThatItSaysTheDiskIsFull(command);
  }

  @Tag("long")
  @ParameterizedTest
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(
      strings = {
        "export @/run --sparsity 0.01 --no-check --out @/large",
        "export @/run --sparsity 0.01 --format safetensors --out @/large",
        "report @/run --out @/large",
        "predict @/run --input @/data/t10k-images-idx3-ubyte --json --out @/large",
        "import @/model.onnx --out @/large",
        "lab storage --out @/large",
        "frontier --data @/data --arch mlp:784-8-10 --seeds 1 --out @/large",
        "demo --out @/large",
      })
  void aDiskThatIsFullForMoreCommands(String command) throws IOException {
    requireThatItSaysTheDiskIsFull(command);
  }

  private static void requireThatItSaysTheDiskIsFull(String command) throws IOException {
    List<String> limited = List.of("bash", "-c", "ulimit -f 1; exec \"$@\"", "bash");
    assumeTrue(has("bash", "-c", "ulimit -f 1"), "no shell that limits the size of files");
    SortedMap<String, String> before = TinyRuns.contents(folder);
    CommandLineRun run = run(limited, command);
    requireOneLine(run, folder.resolve("large").toString(), "File too large");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }

  @Tag("long")
  @ParameterizedTest
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Execution(ExecutionMode.SAME_THREAD)
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
    requireOneLine(run(command, full), "standard output");
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }
}
