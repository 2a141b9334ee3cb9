package dev.ockham.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.spark.job.CommandsJob;
import dev.ockham.spark.job.PredictJob;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that lack what a job needs: one line of the driver names them. */
@Tag("long")
class UnsuitableMachinesTest {

  private static final String ONE = "local-cluster[1,1,1024]";

  @TempDir static Path folder;
  private static Cluster cluster;
  private static Path model;
  private static Path table;
  private static Path plan;

  @BeforeAll
  static void begin() throws IOException {
    cluster = new Cluster(folder);
    People.bytes(People.model(), folder);
    model = folder.resolve("model.safetensors");
    table = People.csv(folder.resolve("all.csv"), 3);
    plan = Files.writeString(folder.resolve("plan.txt"), "task ard-1\nword compress\n");
  }

  @AfterAll
  static void end() throws IOException {
    cluster.close();
  }

  private static String[] predict(String output) {
    return new String[] {
      "--model",
      model.toString(),
      "--input",
      table.toString(),
      "--output",
      folder.resolve(output).toString()
    };
  }

  private static String[] commands(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--plan",
                plan.toString(),
                "--out",
                folder.toString(),
                "--work",
                folder.resolve("work").toString(),
                "--class-path",
                folder.resolve("nothing.jar").toString()));
    words.addAll(List.of(more));
    return words.toArray(new String[0]);
  }

  /** A Java 17, wherever systems have it. */
  private static Path java17() throws IOException {
    List<Path> candidates = new ArrayList<>();
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path java = Path.of(folder).resolve("java");
      if (Files.isExecutable(java)) {
        candidates.add(java.toRealPath().resolve("../..").normalize());
      }
    }
    for (Path place :
        List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/Library/Java/JavaVirtualMachines"),
            Path.of(System.getProperty("user.home"), ".sdkman/candidates/java"))) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> homes = Files.list(place)) {
          homes.forEach(
              home -> candidates.addAll(List.of(home, home.resolve("Contents").resolve("Home"))));
        }
      }
    }
    Optional<Path> found = candidates.stream().filter(UnsuitableMachinesTest::is17).findFirst();
    assumeTrue(found.isPresent(), "no Java 17 is here");
    return found.orElseThrow();
  }

  private static boolean is17(Path home) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17.");
    } catch (IOException e) {
      return false; // a folder of something else
    }
  }

  private static void requireLine(Cluster.Ended ended, String line) {
    assertThat(ended.code()).as(ended.said()).isEqualTo(1);
    assertThat(ended.line()).as(ended.said()).matches("ockham: " + line);
    assertThat(ended.said()).doesNotContain("\tat ");
  }

  @Test
  void anExecutorOnAnOlderJavaIsRefused() throws Exception {
    List<String> older = List.of("spark.executorEnv.JAVA_HOME=" + java17());
    String java =
        " runs Java 17, but this needs Java %s; spark.executorEnv.JAVA_HOME names another";
    requireLine(
        cluster.end(cluster.start(ONE, older, PredictJob.class, predict("older"))),
        "\\S+" + java.formatted(21));
    requireLine(
        cluster.end(cluster.start(ONE, older, CommandsJob.class, commands())),
        "\\S+" + java.formatted(25));
  }

  @Test
  void aDriverOnAnOlderJavaIsRefused() throws Exception {
    Path older = java17();
    String line = "\\S+ runs Java 17, but this needs Java 21";
    requireLine(
        cluster.end(
            cluster.start(older, "local[1]", List.of(), PredictJob.class, predict("driver"))),
        line);
    requireLine(
        cluster.end(cluster.start(older, "local[1]", List.of(), CommandsJob.class, commands())),
        line);
  }

  /** A folder that begins wherever a JVM does is another one for each. */
  @Test
  void aFolderThatIsNotSharedIsNamed() throws Exception {
    requireLine(
        cluster.run(ONE, CommandsJob.class, commands("--shared", "near")),
        "near is not shared: \\S+ does not see what the driver wrote there");
  }

  @Test
  void aMachineWithoutOckhamIsNamed() throws Exception {
    requireLine(
        cluster.run(ONE, CommandsJob.class, commands()),
        "\\S+ lacks \\S+nothing.jar; --class-path names Ockham's jars there, or --send-jars sends"
            + " them");
    requireLine(
        cluster.run(ONE, CommandsJob.class, commands("--send-jars")),
        "--class-path: \\S+nothing.jar: there is no such file; only jars can be sent to workers");
  }

  /** Jars of this machine's disk are copies in Spark's folders where the command runs. */
  @Test
  void aCommandThatCannotBeginEndsWithItsCodeAndItsLog() throws Exception {
    Path ends = folder.resolve("ends.txt");
    Path jars = Files.createDirectories(folder.resolve("jars"));
    for (String name : List.of("one.jar", "two.jar")) {
      new JarOutputStream(Files.newOutputStream(jars.resolve(name))).close();
    }
    Cluster.Ended ended =
        cluster.run(
            ONE,
            CommandsJob.class,
            commands("--ends", ends.toString(), "--send-jars", "--class-path", jars + "/*"));
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(Files.readString(ends)).matches("ard-1\t1\t\\S+\n");
    assertThat(Files.readString(folder.resolve("ard-1.log")))
        .contains("Could not find or load main class dev.ockham.cli.Ockham");
    try (Stream<Path> left = Files.list(folder.resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }

  /** A program in Ockham's place, whose worker 0 has something to say and whose other one left. */
  private static Path workers() throws IOException {
    Path source = Files.createDirectories(folder.resolve("source/dev/ockham/cli"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.writeString(
        source.resolve("Ockham.java"),
        """
        package dev.ockham.cli;
        public class Ockham {
          public static void main(String[] words) throws Exception {
            boolean first = java.util.List.of(words).contains("0");
            System.out.println("ard: epoch 1/3  nll 1.5");
            Thread.sleep(6000);
            System.err.println(
                first ? "ockham: nope: no such folder" : "ockham: worker 0 of 2 is gone (worker 1 saw it)");
            System.exit(1);
          }
        }
        """);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                source.resolve("Ockham.java").toString());
    assertThat(code).isZero();
    Path jar = folder.resolve("workers.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("dev/ockham/cli/Ockham.class"));
      Files.copy(classes.resolve("dev/ockham/cli/Ockham.class"), out);
    }
    return jar;
  }

  /** The one that knows why is heard, and nobody tries again what would fail again. */
  @Test
  void aWorkerThatCannotTrainSaysWhyOnceForAll() throws Exception {
    Cluster.Ended ended =
        cluster.run(
            "local-cluster[2,1,1024]",
            CommandsJob.class,
            commands("--workers", "2", "--class-path", workers().toString()));
    requireLine(ended, "worker 0: nope: no such folder");
    assertThat(ended.said().lines()).containsOnlyOnce("ockham-progress: ard: epoch 1/3  nll 1.5");
  }
}
