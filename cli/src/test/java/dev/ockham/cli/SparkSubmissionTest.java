package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.cli.process.SparkHome;
import dev.ockham.cli.process.SparkSubmission;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** How work is handed to a Spark that only looks like one. */
class SparkSubmissionTest {

  @TempDir(factory = TempDirFactory.Standard.class)
  Path folder;

  private SparkHome home() throws IOException {
    Files.createDirectories(folder.resolve("jars"));
    Files.writeString(folder.resolve("jars/spark-core_2.13-4.2.0.jar"), "");
    return SparkHome.find(folder);
  }

  private SparkHome homeThatRuns(String script) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Path program = Files.writeString(folder.resolve("bin/spark-submit"), "#!/bin/sh\n" + script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return home();
  }

  private static SparkSubmission submission(SparkHome home) {
    return new SparkSubmission(
        home,
        "local[2]",
        "a.Job",
        Path.of("/x/job.jar"),
        Map.of("spark.executor.memory", "2g"),
        List.of("--input", "a b"));
  }

  @Test
  void aBareFolderIsStartedByItsClass() throws IOException {
    assertThat(submission(home()).command(Optional.empty()))
        .contains("org.apache.spark.deploy.SparkSubmit", "--add-modules=jdk.incubator.vector")
        .containsSubsequence(
            "--master",
            "local[2]",
            "--class",
            "a.Job",
            "--conf",
            "spark.executor.extraJavaOptions=--add-modules=jdk.incubator.vector",
            "--conf",
            "spark.executor.memory=2g",
            "/x/job.jar",
            "--input",
            "a b");
  }

  @Test
  void theWordsAndTheLogReachSparksOwnProgram() throws IOException {
    StringWriter said = new StringWriter();
    submission(homeThatRuns("echo \"$JAVA_HOME $SPARK_HOME $*\"\n"))
        .run(new PrintWriter(said, true), true);
    assertThat(said.toString())
        .startsWith(System.getProperty("java.home") + " " + folder)
        .contains("--driver-java-options --add-modules=jdk.incubator.vector --master local[2]")
        .endsWith("/x/job.jar --input a b\n")
        .doesNotContain("log4j2");
  }

  @Test
  void theProgramsOwnLineIsTheError() throws IOException {
    SparkSubmission fails =
        submission(homeThatRuns("echo noise\necho 'ockham: row 3: no'\necho noise\nexit 1\n"));
    assertThatThrownBy(() -> fails.run(new PrintWriter(new StringWriter()), false))
        .hasMessage("row 3: no");
  }

  @Test
  void sparksOwnErrorIsSaidWhereThereIsNoOther() throws IOException {
    SparkSubmission fails =
        submission(homeThatRuns("echo noise\necho 'Error: Master must start with yarn'\nexit 1\n"));
    assertThatThrownBy(() -> fails.run(new PrintWriter(new StringWriter()), false))
        .hasMessage("Spark failed: Error: Master must start with yarn");
  }

  @Test
  void anExceptionOfSparksIsSaidWithoutItsClass() throws IOException {
    SparkSubmission fails =
        submission(
            homeThatRuns(
                "echo 'Exception in thread \"main\" a.b.SparkException: No k8s.'\nexit 1\n"));
    assertThatThrownBy(() -> fails.run(new PrintWriter(new StringWriter()), false))
        .hasMessage("Spark failed: No k8s.");
  }
}
