package dev.ockham.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.spark.job.PredictJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job that predicts, with executors in processes of their own, which die. */
@Tag("long")
class ScoringOnAClusterTest {

  private static final String TWO = "local-cluster[2,1,1024]";
  private static final int FILES = 30;
  private static final int ROWS = 200;

  @TempDir static Path folder;
  private static Cluster cluster;
  private static ModelFile people;
  private static Path model;
  private static Path table;

  @BeforeAll
  static void begin() throws IOException {
    cluster = new Cluster(folder);
    people = People.model();
    People.bytes(people, folder);
    model = folder.resolve("model.safetensors");
    table = Files.createDirectories(folder.resolve("table"));
    List<String> lines = Files.readAllLines(People.csv(folder.resolve("all.csv"), FILES * ROWS));
    for (int i = 0; i < FILES; i++) {
      List<String> part = new ArrayList<>(List.of(lines.get(0)));
      part.addAll(lines.subList(1 + i * ROWS, 1 + (i + 1) * ROWS));
      Files.write(table.resolve("part-%s.csv".formatted(i)), part);
    }
  }

  @AfterAll
  static void end() throws IOException {
    cluster.close();
  }

  private static String[] words(Path output) {
    return new String[] {
      "--model",
      model.toString(),
      "--input",
      table.toString(),
      "--input-format",
      "csv",
      "--output",
      output.toString(),
      "--format",
      "csv",
      "--prefix",
      "said_",
      "--keep",
      "id"
    };
  }

  /** Each person once, with what the model says of them. */
  private static void requireWhole(Path output) throws IOException {
    Map<String, String> said = new HashMap<>();
    try (Stream<Path> parts = Files.list(output)) {
      for (Path part : parts.filter(p -> p.toString().endsWith(".csv")).toList()) {
        List<String> lines = Files.readAllLines(part);
        assertThat(lines.getFirst()).isEqualTo("id,said_prediction,said_class,said_probability");
        for (String line : lines.subList(1, lines.size())) {
          List<String> cells = People.cells(line);
          assertThat(said.put(cells.get(0), cells.get(1))).as("twice: " + line).isNull();
        }
      }
    }
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(said).hasSize(FILES * ROWS);
    Predictor predictor = Predictor.of(people);
    for (String line : Files.readAllLines(folder.resolve("all.csv")).subList(1, 500)) {
      List<String> cells = People.cells(line);
      Map<String, String> row =
          Map.of(
              "age",
              cells.get(1),
              "sex",
              cells.get(2),
              "work",
              cells.get(3),
              "hours",
              cells.get(4));
      assertThat(said.get(cells.get(0))).isEqualTo(predictor.predict(row).name());
    }
  }

  @Test
  void anExecutorThatIsKilledCostsNoRowAndDoublesNone() throws Exception {
    int kills = Integer.getInteger("ockham.spark.kills", 1);
    for (int kill = 0; kill < kills; kill++) {
      Path output = folder.resolve("killed-" + kill);
      Process job =
          cluster.start(
              TWO,
              List.of("spark.sql.files.openCostInBytes=128m"),
              PredictJob.class,
              words(output));
      while (job.isAlive() && committed(output) < 1 + 5 * kill) {
        Thread.sleep(20);
      }
      List<ProcessHandle> executors = Cluster.executors(job);
      if (executors.isEmpty()) {
        assertThat(cluster.end(job).said()).as("the job was over before the kill").isEmpty();
      }
      assertThat(executors.get(kill % executors.size()).destroyForcibly()).isTrue();
      Cluster.Ended ended = cluster.end(job);
      assertThat(ended.code()).as(ended.said()).isZero();
      requireWhole(output);
    }
  }

  /** How many tasks of a job have written their part. */
  private static long committed(Path output) throws IOException {
    Path tasks = null;
    try (Stream<Path> beside = Files.list(output.toAbsolutePath().getParent())) {
      String begin = "." + output.getFileName() + ".";
      for (Path each : beside.filter(p -> p.getFileName().toString().startsWith(begin)).toList()) {
        tasks = each.resolve("_temporary/0");
      }
    }
    if (tasks == null || !Files.isDirectory(tasks)) {
      return 0;
    }
    try (Stream<Path> done = Files.list(tasks)) {
      return done.filter(p -> p.getFileName().toString().startsWith("task_")).count();
    }
  }

  @Test
  void whatGoesWrongOnAnExecutorIsOneLineOfTheDriver() throws Exception {
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("a.csv"), "id,age,sex,work,hours\n7,2O,Male,farm,3\n");
    Cluster.Ended ended =
        cluster.run(
            TWO,
            PredictJob.class,
            "--model",
            model.toString(),
            "--input",
            broken.toString(),
            "--input-format",
            "csv",
            "--output",
            folder.resolve("none").toString());
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.line())
        .as(ended.said())
        .startsWith("ockham: file:")
        .endsWith("a.csv: row 1 of partition 0: column 'age': '2O' is not a number");
    assertThat(ended.said()).doesNotContain("\tat ");
  }

  @Test
  void aMasterThatDoesNotAnswerIsNamed() throws Exception {
    Cluster.Ended ended =
        cluster.run("spark://127.0.0.1:1", PredictJob.class, words(folder.resolve("never")));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.line())
        .as(ended.said())
        .startsWith("ockham: the master spark://127.0.0.1:1 does not answer: ");
  }
}
