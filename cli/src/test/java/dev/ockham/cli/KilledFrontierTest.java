package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A whole {@code ockham frontier} that is killed with all its runs, and begun again. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("long")
class KilledFrontierTest {

  private static final long PATIENCE_SECONDS = 600;

  @TempDir(factory = TempDirFactory.Standard.class)
  private Path folder;

  private ProcessBuilder frontier(Path data, Path out) {
    return new ProcessBuilder(
            OtherMachinesTest.ockham(
                "frontier",
                "--data",
                data.toString(),
                "--arch",
                TinyRuns.ARCHITECTURE,
                "--methods",
                "magnitude",
                "--seeds",
                "1",
                "--epochs",
                "3",
                "--processes",
                "1",
                "--within",
                "50",
                "--no-latency",
                "--out",
                out.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  @Test
  void itGoesOnAndEndsWithTheSameResult() throws IOException, InterruptedException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path whole = folder.resolve("whole");
    assertThat(ended(frontier(data, whole))).as(log()).isZero();

    Path killed = folder.resolve("killed");
    killWhen(frontier(data, killed), killed.resolve("runs/none-seed1/metrics.jsonl"));
    killWhen(frontier(data, killed), killed.resolve("runs/magnitude-seed1/metrics.jsonl"));
    killWhen(frontier(data, killed), killed.resolve("runs/none-seed1/tradeoff.json"));
    assertThat(ended(frontier(data, killed))).as(log()).isZero();
    assertThat(killed.resolve("result.json")).hasSameBinaryContentAs(whole.resolve("result.json"));
    for (String run : List.of("none-seed1", "magnitude-seed1")) {
      Path model = Path.of("runs", run, "model.safetensors");
      assertThat(killed.resolve(model)).hasSameBinaryContentAs(whole.resolve(model));
    }
  }

  private static int ended(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Kills it and its runs, as {@code kill -9} would, once there is a file. */
  private void killWhen(ProcessBuilder builder, Path file)
      throws IOException, InterruptedException {
    Process process = builder.start();
    try {
      while (process.isAlive() && !Files.exists(file)) {
        Thread.sleep(5);
      }
      assertThat(file).as(log()).exists();
    } finally {
      List<ProcessHandle> all =
          Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
      all.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle each : all) {
        each.onExit().join();
      }
    }
  }
}
