package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Processes on machines that are not as ours: other locales and pipes, and parents that die. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("long")
class OtherMachinesTest {

  private static final long PATIENCE_SECONDS = 240;

  @TempDir(factory = TempDirFactory.Standard.class)
  private Path folder;

  @BeforeEach
  void onlyWhereThereIsAShell() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh");
  }

  /** The command line that runs Ockham in a process of its own. */
  static List<String> ockham(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--") || flag.startsWith("-Dockham")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.ockham.cli.Ockham"));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** What a command says, standard error too, but for the JVM's own line about incubators. */
  private record Said(int code, List<String> lines) {}

  private Said said(ProcessBuilder builder) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    List<String> lines =
        Files.readString(log, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.contains("incubator") && !line.startsWith("Picked up "))
            .toList();
    return new Said(process.exitValue(), lines);
  }

  @Test
  void whoHasEnoughIsToldNothingMore() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\" | head -n 1", "sh"));
    command.addAll(ockham("architectures"));
    assertThat(said(new ProcessBuilder(command)).lines()).hasSize(1);
  }

  @Test
  void aLocaleWithoutLettersSaysWhatHasThem() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh", "-c", "\"$@\" \"$(printf '/nowhere/\\303\\274.safetensors')\"", "sh"));
    command.addAll(ockham("inspect"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Said said = said(builder);
    assertThat(said.code()).isNotZero();
    assertThat(said.lines().getFirst()).startsWith("ockham: ").doesNotContain("Exception");
    assertThat(String.join(" ", said.lines())).contains("LC_ALL=C.UTF-8");
    builder.environment().put("LC_ALL", "C.UTF-8");
    assertThat(said(builder).lines().getFirst()).contains("there is no such file");
  }

  @Test
  void aHomeThatCannotBeWrittenIsNotNeeded() throws IOException, InterruptedException {
    List<String> command = ockham("datasets");
    command.add(1, "-Duser.home=/proc/nobody");
    command.add(1, "-XX:ActiveProcessorCount=1");
    assertThat(said(new ProcessBuilder(command)).code()).isZero();
  }

  /** Such as a run that was named after its data. */
  @Test
  void aFolderWithTheNameOfADataSetHidesNothing() throws IOException, InterruptedException {
    Path here = Files.createDirectory(folder.resolve("here"));
    Files.writeString(Files.createDirectory(here.resolve("iris")).resolve("notes.txt"), "none");
    String train = "train --data iris --arch mlp:4-3 --epochs 1 --threads 1 --print-spec --out run";
    Said said = said(new ProcessBuilder(ockham(train.split(" "))).directory(here.toFile()));
    assertThat(said.code()).as(String.join(" ", said.lines())).isZero();
    assertThat(said.lines()).anyMatch(line -> line.strip().equals("name: iris"));
  }

  /** Of what libraries unpack there; libtorch has a folder of its own. */
  @Test
  void aTemporaryFolderThatExecutesNothingIsSaidInOneLine()
      throws IOException, InterruptedException {
    Path mounted = Files.createDirectory(folder.resolve("noexec"));
    Path made = Files.createDirectory(folder.resolve("made"));
    String model = SourceTree.root().resolve("zoo/lenet-300-100-sparse-vd.safetensors").toString();
    List<List<String>> commands =
        List.of(
            ockham("export", model, "--out", made.resolve("x.onnx").toString()),
            ockham("bench", "inference", model),
            ockham("train", "--data", parquet("kinds-snappy"), "--out", made + "/run"),
            ockham("train", "--data", parquet("kinds-zstd"), "--out", made + "/run"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "noexec,size=64m", "tmpfs", mounted.toString()};
    assumeTrue(said(new ProcessBuilder(mount)).code() == 0, "file systems can be mounted here");
    try {
      for (List<String> command : commands) {
        command.add(1, "-Djava.io.tmpdir=" + mounted);
        Said said = said(new ProcessBuilder(command));
        assertThat(said.code()).as(command.toString()).isEqualTo(1);
        assertThat(said.lines())
            .singleElement()
            .asString()
            .contains(mounted.toString(), "noexec", "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=");
      }
    } finally {
      said(new ProcessBuilder("umount", "-l", mounted.toString()));
    }
  }

  private static String parquet(String name) {
    return SourceTree.root()
        .resolve("core/src/test/resources/dev/ockham/core/table/%s.parquet".formatted(name))
        .toString();
  }

  @Test
  void aRunWhoseParentIsKilledSavesAndStops() throws IOException, InterruptedException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Process parent = new ProcessBuilder("/bin/sh", "-c", "exec sleep 1000").start();
    RunFolder run = new RunFolder(folder.resolve("run"));
    ProcessBuilder builder =
        new ProcessBuilder(
                ockham(
                    "train",
                    "--data",
                    data.toString(),
                    "--arch",
                    TinyRuns.ARCHITECTURE,
                    "--method",
                    "none",
                    "--epochs",
                    "1000000",
                    "--out",
                    run.root().toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put(Interrupt.PARENT, Long.toString(parent.pid()));
    Process training = builder.start();
    try {
      while (!Files.exists(run.metrics()) && training.isAlive()) {
        Thread.sleep(20);
      }
      parent.destroyForcibly();
      assertThat(training.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      parent.destroyForcibly();
      training.destroyForcibly();
    }
    assertThat(RunRecord.read(run).status())
        .as(Files.readString(folder.resolve("log")))
        .isEqualTo(RunRecord.Status.STOPPED);
  }
}
