package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs in processes of their own: what they leave, how they fail, stop and go on. */
@Execution(ExecutionMode.CONCURRENT)
class ParallelRunsTest {

  @TempDir static Path folder;
  private static Path data = Path.of("");

  @BeforeAll
  static void makeData() throws IOException {
    data = TinyRuns.data(folder.resolve("data"));
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static RunSpec spec(int seed, int epochs) {
    return RunSpec.defaults()
        .with("data.name", data)
        .with("architecture", TinyRuns.ARCHITECTURE)
        .with("method.name", "none")
        .withEpochs(epochs)
        .withSeed(seed)
        .withThreads(1);
  }

  private static PlannedRun planned(String name, RunSpec spec) {
    return new PlannedRun(name, spec, new RunFolder(folder.resolve(name)));
  }

  private record Trained(List<RunEnd> ends, String said) {}

  private static Trained train(List<PlannedRun> runs, int processes, BooleanSupplier stop)
      throws IOException {
    StringWriter said = new StringWriter();
    List<RunEnd> ends =
        ParallelRuns.train("all", runs, processes, new PrintWriter(said, true), stop);
    return new Trained(ends, said.toString());
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void oneFailsTheOthersFinishAndNothingFinishedIsTrainedAgain() throws IOException {
    List<PlannedRun> runs =
        List.of(
            planned("broken", spec(1, 1).with("data.name", folder.resolve("nothing"))),
            planned("first", spec(1, 2)),
            planned("second", spec(2, 2)));
    Trained trained = train(runs, 2, () -> false);
    assertThat(trained.ends())
        .extracting(RunEnd::ending)
        .containsExactly(RunEnd.Ending.FAILED, RunEnd.Ending.FINISHED, RunEnd.Ending.FINISHED);
    assertThat(trained.said().lines()).hasSize(4).first().isEqualTo("all: 3 runs, 2 at once");
    assertThat(trained.said().lines())
        .filteredOn(line -> line.startsWith("all: broken failed: "))
        .singleElement()
        .asString()
        .contains(folder.resolve("nothing").toString(), "broken.log");
    CommandLineRun alone =
        CommandLineRun.of(
            "train", "--recipe", folder.resolve("first.yaml"), "--out", folder.resolve("alone"));
    assertThat(alone.exitCode()).as(alone.err()).isZero();
    assertThat(folder.resolve("first/checkpoints/last.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("alone/checkpoints/last.safetensors"));
    SortedMap<String, String> before = TinyRuns.contents(folder.resolve("second"));
    Trained again = train(runs.subList(1, 3), 1, () -> false);
    assertThat(again.ends()).extracting(RunEnd::ending).containsOnly(RunEnd.Ending.FINISHED);
    assertThat(again.said()).isEmpty();
    assertThat(TinyRuns.contents(folder.resolve("second"))).isEqualTo(before);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aWishToStopSavesTheRunsAndTheyGoOn() throws IOException {
    PlannedRun endless = planned("endless", spec(3, 1_000_000));
    PlannedRun never = planned("never", spec(4, 1));
    Trained stopped =
        train(List.of(endless, never), 1, () -> Files.exists(endless.folder().checkpoint()));
    assertThat(stopped.ends())
        .extracting(RunEnd::ending)
        .containsExactly(RunEnd.Ending.STOPPED, RunEnd.Ending.STOPPED);
    assertThat(stopped.said()).contains("all: endless is stopped and saved");
    assertThat(RunRecord.read(endless.folder()).status()).isEqualTo(RunRecord.Status.STOPPED);
    assertThat(never.folder().root()).doesNotExist();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatCannotBeIsRefusedBeforeAnyRunBegins() throws IOException {
    PlannedRun fine = planned("fine", spec(1, 1));
    PlannedRun twin = planned("fine", spec(2, 1));
    assertThatThrownBy(() -> train(List.of(fine, twin), 1, () -> false))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("two runs share this folder");
    Files.createDirectories(folder.resolve("full"));
    Files.writeString(folder.resolve("full/note"), "x");
    PlannedRun full = planned("full", spec(1, 1));
    assertThatThrownBy(() -> train(List.of(fine, full), 1, () -> false))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("note");
    assertThat(fine.folder().root()).doesNotExist();
    assertThatThrownBy(() -> planned("all-cores", spec(1, 1).withThreads(0)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("all-cores");
  }
}
