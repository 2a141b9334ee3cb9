package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One run by two {@code ockham train}, as they are typed on two machines. */
@EnabledOnOs(OS.LINUX)
class WorkersCommandTest {

  /** Each rank waits for the other, so that both need a thread. */
  private static final Executor THREADS = command -> new Thread(command).start();

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void rankZeroKeepsTheRunAndTheOthersSayNothing() throws Exception {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path two = folder.resolve("two");
    List<CommandLineRun> runs =
        run(List.of("--data", data, "--out", two), List.of("--data", data, "--out", two));
    assertThat(runs.get(0).exitCode()).as(runs.get(0).err()).isZero();
    assertThat(runs.get(0).err()).contains("epoch 2/2");
    assertThat(runs.get(1)).isEqualTo(new CommandLineRun(0, "", ""));
    assertThat(RunRecord.read(new RunFolder(two)).workers()).isEqualTo(2);

    Path one = folder.resolve("one");
    List<Object> alone = new ArrayList<>(common());
    alone.addAll(List.of("--data", data, "--out", one, "--threads", 2));
    assertThat(CommandLineRun.of(alone.toArray()).exitCode()).isZero();
    assertThat(Files.readAllBytes(two.resolve("model.safetensors")))
        .isEqualTo(Files.readAllBytes(one.resolve("model.safetensors")));
  }

  @Test
  void whoWasAskedForSomethingElseIsNamedByBoth() throws Exception {
    Path data = TinyRuns.data(folder.resolve("data"));
    List<CommandLineRun> runs =
        run(
            List.of("--data", data, "--batch", 100, "--out", folder.resolve("two")),
            List.of("--data", data, "--batch", 30));
    assertThat(runs.get(0).exitCode()).isOne();
    assertThat(runs.get(0).err().lines().toList().getLast())
        .isEqualTo(
            "ockham: worker 1 of 2 cannot join: its training.batch is 30, and that of rank 0 100");
    assertThat(runs.get(1))
        .isEqualTo(
            new CommandLineRun(
                1,
                "",
                "ockham: its training.batch is 30, and that of rank 0 100"
                    + System.lineSeparator()));

    Path nowhere = folder.resolve("nowhere");
    runs =
        run(List.of("--data", data, "--out", folder.resolve("other")), List.of("--data", nowhere));
    assertThat(runs.get(0).err()).contains("worker 1 of 2 cannot join: ", nowhere.toString());
    assertThat(runs.get(1).err()).contains(nowhere.toString());
  }

  private static List<Object> common() {
    return List.of(
        "train", "--arch", TinyRuns.ARCHITECTURE, "--method", "sparse-vd", "--epochs", 2);
  }

  /** What each rank does with options of its own. */
  @SafeVarargs
  private static List<CommandLineRun> run(List<Object>... options) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<CompletableFuture<CommandLineRun>> runs = new ArrayList<>();
    for (int rank = 0; rank < options.length; rank++) {
      List<Object> words = new ArrayList<>(common());
      words.addAll(List.of("--threads", 1, "--workers", options.length, "--rank", rank));
      words.addAll(List.of("--meet", "127.0.0.1:" + port));
      words.addAll(options[rank]);
      runs.add(CompletableFuture.supplyAsync(() -> CommandLineRun.of(words.toArray()), THREADS));
    }
    return runs.stream().map(CompletableFuture::join).toList();
  }
}
