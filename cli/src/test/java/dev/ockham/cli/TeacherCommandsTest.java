package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code --loss teacher} and {@code --teacher} through every command, with labels and without. */
class TeacherCommandsTest {

  private static final String RANDOM = "random:60,uniform,mean=128,deviation=73";

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    Path dense = folder.resolve("dense");
    TinyRuns.train(data, dense, "--method", "none");
    CommandLineRun taught =
        CommandLineRun.of(
            "train",
            "--init-from",
            dense.resolve("model.safetensors"),
            "--loss",
            "teacher",
            "--data",
            RANDOM,
            "--method",
            "sparse-vd",
            "--epochs",
            2,
            "--batch",
            20,
            "--threads",
            1,
            "--json",
            "--out",
            folder.resolve("taught"));
    assertThat(taught.exitCode()).as(taught.err()).isZero();
    assertThat(taught.err()).contains("loss ", "1-R2 ").doesNotContain("nll");
    assertThat(taught.out()).doesNotContain("error_percent");
    TinyRuns.train(
        data,
        folder.resolve("distilled"),
        "--method",
        "none",
        "--set",
        "architecture=mlp:784-4-10",
        "--teacher",
        dense);
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  @Test
  void aRunWithoutLabelsIsMeasuredByItsTeacher() throws IOException {
    JsonNode result = json("evaluate", folder.resolve("taught"), "--json", "--threads", 1);
    assertThat(result.has("error_percent") || result.has("nll") || result.has("ece")).isFalse();
    assertThat(result.get("loss").asDouble()).isNotNegative();
    assertThat(result.get("relative_error").get("dense2").asDouble()).isNotNegative();
    assertThat(result.get("examples").asInt()).isEqualTo(12);
    JsonNode held = json("evaluate", folder.resolve("taught"), "--split", "validation", "--json");
    String metrics = Files.readString(folder.resolve("taught/metrics.jsonl"));
    JsonNode last = json("evaluate", folder.resolve("taught"), "--split", "train", "--json");
    assertThat(held.get("examples").asInt()).isEqualTo(6);
    assertThat(last.get("examples").asInt()).isEqualTo(54);
    assertThat(metrics).contains("validation_relative_error").doesNotContain("error_percent");
  }

  @Test
  void itsPageSaysNothingOfLabels() throws IOException {
    Path page = folder.resolve("taught.html");
    CommandLineRun done = CommandLineRun.of("report", folder.resolve("taught"), "--out", page);
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(Files.readString(page))
        .contains("1 − R²", "loss, nats", "teacher sha256")
        .doesNotContain("Wrong predictions", "error, %", "NLL, nats");
  }

  @Test
  void distillationHasBoth() throws IOException {
    JsonNode result = json("evaluate", folder.resolve("distilled"), "--json");
    assertThat(result.get("error_percent").asDouble()).isBetween(0.0, 100.0);
    assertThat(result.get("loss").asDouble()).isPositive();
    assertThat(result.get("relative_error").get("dense2").asDouble()).isPositive();
    Path page = folder.resolve("distilled.html");
    CommandLineRun done =
        CommandLineRun.of("report", folder.resolve("distilled"), "--split", "test", "--out", page);
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(Files.readString(page)).contains("1 − R²", "Wrong predictions", "error, %");
  }

  @Test
  void whatHasNoLabelsCannotBeComparedWithSome() {
    CommandLineRun file = CommandLineRun.of("evaluate", folder.resolve("taught/model.safetensors"));
    assertThat(file.exitCode()).isEqualTo(1);
    assertThat(file.err()).contains("the data have no labels").hasLineCount(1);
    CommandLineRun samples =
        CommandLineRun.of("evaluate", folder.resolve("taught"), "--samples", 2);
    assertThat(samples.exitCode()).isEqualTo(1);
    assertThat(samples.err()).contains("without --samples").hasLineCount(1);
    CommandLineRun other =
        CommandLineRun.of(
            "evaluate",
            folder.resolve("taught/model.safetensors"),
            "--data",
            folder.resolve("data"));
    assertThat(other.exitCode()).as(other.err()).isZero();
  }
}
