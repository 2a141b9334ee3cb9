package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where nobody says how large a batch is, it is by the number of examples, and is recorded. */
class BatchByDataTest {

  @TempDir private Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private CommandLineRun train(String method, String more) {
    String command =
        "train --data iris --arch mlp:4-8-3 --method %s --epochs 2 --threads 1 --out %s %s"
            .formatted(method, folder.resolve(method), more)
            .strip();
    CommandLineRun run = CommandLineRun.of((Object[]) command.split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private int batch(String method) throws IOException {
    RunFolder run = new RunFolder(folder.resolve(method));
    return RunRecord.read(run).spec().training().batch();
  }

  @Test
  void aTenthOfFewExamplesIsABatch() throws IOException {
    train("none", "");
    assertThat(batch("none")).as("150 flowers, 30 for the test, 12 held out").isEqualTo(10);
    train("none", "--resume");
    assertThat(batch("none")).isEqualTo(10);
    train("ard", "--batch 50");
    assertThat(batch("ard")).isEqualTo(50);
  }

  @Test
  void aCompressionDoesSoToo() throws IOException {
    Path out = folder.resolve("small");
    CommandLineRun run =
        CommandLineRun.of(
            (Object[])
                "compress --arch mlp:4-8-3 --data iris --target compression>=2 --budget 60epochs --threads 1 --out %s"
                    .formatted(out)
                    .split(" "));
    assertThat(run.exitCode()).as(run.err()).isIn(0, 3);
    RunRecord dense = RunRecord.read(new RunFolder(out.resolve("dense")));
    assertThat(dense.spec().training().batch()).isEqualTo(10);
  }

  /** Its rounds go on from each other's records. */
  @Test
  void soDoesATrainingToAWish() throws IOException {
    Path out = folder.resolve("wish");
    CommandLineRun run =
        CommandLineRun.of(
            (Object[])
                "train --data iris --arch mlp:4-20-3 --target compression>=3 --epochs 60 --threads 1 --out %s"
                    .formatted(out)
                    .split(" "));
    assertThat(run.exitCode()).as(run.err()).isIn(0, 3);
    RunRecord posterior = RunRecord.read(new RunFolder(out.resolve("posterior")));
    assertThat(posterior.spec().training().batch()).isEqualTo(10);
  }
}
