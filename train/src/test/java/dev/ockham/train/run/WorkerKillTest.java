package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two ranks in two processes, one of which is killed; then both go on. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
@EnabledOnOs(OS.LINUX)
class WorkerKillTest {

  private static final long NEVER = -1;
  private static final long KILLED_AT = 31;

  @TempDir private Path folder;

  @Test
  void whoIsLeftFailsAndTheRunGoesOn() throws Exception {
    RunFolder whole = new RunFolder(folder.resolve("whole"));
    List<Process> ranks = start(whole, NEVER, NEVER);
    for (Process rank : ranks) {
      assertThat(rank.waitFor()).isZero();
      assertThat(rank.inputReader().readLine()).isNull();
    }
    for (int killed = 0; killed < 2; killed++) {
      RunFolder run = new RunFolder(folder.resolve("run" + killed));
      ranks = start(run, killed == 0 ? KILLED_AT : NEVER, killed == 1 ? KILLED_AT : NEVER);
      assertThat(ranks.get(killed).inputReader().readLine()).isEqualTo(RankProgram.STEPS);
      ranks.get(killed).destroyForcibly();
      Process left = ranks.get(1 - killed);
      assertThat(left.waitFor(1, TimeUnit.MINUTES)).as("rank %s ends", 1 - killed).isTrue();
      assertThat(left.exitValue()).isOne();
      BufferedReader said = left.inputReader();
      assertThat(said.readLine())
          .isEqualTo(
              "worker %s of 2 is gone (worker %s saw it); start all again with --resume"
                  .formatted(killed, 1 - killed));
      assertThat(said.readLine()).isNull();
      assertThat(Checkpoint.read(run).position().step()).isBetween(0L, KILLED_AT);
      assertThat(RunRecord.read(run).status()).isEqualTo(RunRecord.Status.RUNNING);
      for (Process rank : start(run, NEVER, NEVER)) {
        assertThat(rank.waitFor()).isZero();
      }
      assertThat(Files.readAllBytes(run.checkpoint()))
          .isEqualTo(Files.readAllBytes(whole.checkpoint()));
    }
  }

  private static List<Process> start(RunFolder run, long... last) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<Process> ranks = new ArrayList<>();
    for (int rank = 0; rank < last.length; rank++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(RankProgram.class.getName(), Integer.toString(rank)));
      command.addAll(
          List.of(Integer.toString(port), run.root().toString(), Long.toString(last[rank])));
      ranks.add(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }
    return ranks;
  }
}
