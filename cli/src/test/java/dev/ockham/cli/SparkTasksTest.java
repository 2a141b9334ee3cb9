package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.cli.process.CommandProcess;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.SparkTasks;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs and commands that are handed to a Spark of which only the end is seen. */
class SparkTasksTest {

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();
  private final List<String> plan = new ArrayList<>();

  private SparkTasks tasks(String shared, String... ends) {
    return new SparkTasks(
        folder,
        shared,
        (threads, words) -> {
          told.clear();
          told.add("threads " + threads);
          told.addAll(words);
          plan.addAll(Files.readAllLines(Path.of(after("--plan"))));
          Files.write(Path.of(after("--ends")), List.of(ends));
        });
  }

  private String after(String option) {
    return told.get(told.indexOf(option) + 1);
  }

  private PlannedRun run(String name, int threads) {
    RunSpec spec = RunSpec.defaults().with("training.threads", threads);
    return new PlannedRun(name, spec, new RunFolder(folder.resolve("round-1").resolve(name)));
  }

  @Test
  void aRunIsATaskAndItsEndSaysWhereItFailedAndWhy() throws IOException {
    Path log = folder.resolve("round-1/trial-01.log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "epoch 1\nockham: libtorch cannot be loaded on linux-arm64: no\n");
    List<RunEnd> ends;
    try (SparkTasks tasks = tasks("hdfs://host/lr", "trial-01\t1\tnode-3")) {
      ends = tasks.train(List.of(run("trial-01", 2)));
    }
    assertThat(plan).containsExactly("task trial-01", "recipe", "word train");
    assertThat(folder.resolve("round-1/trial-01.yaml")).content().contains("threads: 2");
    assertThat(told).startsWith("threads 2");
    assertThat(after("--out")).isEqualTo(folder.resolve("round-1").toString());
    assertThat(after("--shared")).isEqualTo("hdfs://host/lr/round-1");
    assertThat(ends)
        .singleElement()
        .satisfies(end -> {
          assertThat(end.ending()).isEqualTo(RunEnd.Ending.FAILED);
          assertThat(end.reason())
              .isEqualTo(
                  "on node-3: libtorch cannot be loaded on linux-arm64: no; what it said: " + log);
        });
  }

  @Test
  void tasksHaveAsManyThreads() throws IOException {
    try (SparkTasks tasks = tasks("")) {
      assertThatThrownBy(() -> tasks.train(List.of(run("a", 1), run("b", 2))))
          .isInstanceOf(SpecException.class)
          .hasMessage("training.threads is 1 in a and 2 in b; all tasks of Spark have as many");
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aCommandIsATaskWordForWord() throws IOException {
    Files.writeString(
        folder.resolve("ard-1.log"), "Error: Could not find or load main class X\nCaused by\n");
    List<String> words = List.of("compress", "--set", "a=b\\c\nd", "");
    CommandProcess command = new CommandProcess(folder.resolve("ard-1"), words, 1);
    List<CommandProcess.End> seen = new ArrayList<>();
    List<CommandProcess.End> ends;
    try (SparkTasks tasks = tasks("", "ard-1\t1\tnode-3")) {
      ends = tasks.run(List.of(command), seen::add);
    }
    assertThat(plan)
        .containsExactly("task ard-1", "word compress", "word --set", "word a=b\\\\c\\nd", "word ");
    assertThat(told).doesNotContain("--shared");
    assertThat(after("--out")).isEqualTo(folder.toString());
    assertThat(ends)
        .containsExactly(
            new CommandProcess.End(command, 1, "on node-3: Could not find or load main class X"));
    assertThat(seen).isEqualTo(ends);
  }

  @Test
  void twoJobsDoNotShareAFolder() throws IOException {
    CommandProcess command = new CommandProcess(folder.resolve("ard-1"), List.of("compress"), 1);
    Files.writeString(command.log(), "");
    try (SparkTasks first = tasks("", "ard-1\t0\tnode-3")) {
      assertThat(first.run(List.of(command), _ -> {})).hasSize(1);
      try (SparkTasks second = tasks("")) {
        assertThatThrownBy(() -> second.train(List.of(run("trial-01", 1))))
            .isInstanceOf(RunException.class)
            .hasMessage(folder + ": another job is at work there");
      }
    }
    try (SparkTasks third = tasks("", "ard-1\t0\tnode-3")) {
      assertThat(third.run(List.of(command), _ -> {})).hasSize(1);
    }
  }
}
