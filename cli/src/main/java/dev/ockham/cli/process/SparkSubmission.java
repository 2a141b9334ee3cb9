package dev.ockham.cli.process;

import dev.ockham.core.run.RunException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program of Ockham's for Spark, and how it is submitted: by {@code spark-submit}, or where there
 * are only Spark's jars by the class behind it.
 *
 * @param spark where Spark is
 * @param master which cluster, as {@code --master} has it
 * @param program the class to run
 * @param jar that has it
 * @param settings of Spark, by name
 * @param words of the program
 */
public record SparkSubmission(
    SparkHome spark,
    String master,
    String program,
    Path jar,
    Map<String, String> settings,
    List<String> words) {

  /** What JVMs that predict need to do so with vectors. */
  private static final String FLAGS = "--add-modules=jdk.incubator.vector";

  /** Where there is no appender, Spark takes settings of its own, which say a lot. */
  private static final String SILENCE =
      """
      rootLogger.level = off
      rootLogger.appenderRef.nobody.ref = nobody
      appender.nobody.type = Null
      appender.nobody.name = nobody
      """;

  private static final String COMPLAINT = "ockham: ";

  /** What lines begin with that say how far a job is. */
  private static final String PROGRESS = "ockham-progress: ";

  private static final String THROWN = "^Exception in thread \"\\w+\" (?:\\w+\\.)*\\w+: ";
  private static final String JAR_START = "ockham-spark-";
  private static final String JAR_END = "job.jar";

  /** Copies settings and words. */
  public SparkSubmission {
    settings = Map.copyOf(settings);
    words = List.copyOf(words);
  }

  /**
   * The jar to submit, beside the sources that this program was built from or beside the program.
   *
   * @throws RunException if it is not built yet, saying how
   */
  public static Path builtJar() throws IOException {
    Path root = Path.of(System.getProperty("ockham.root", "."));
    for (Path folder : List.of(root.resolve("spark"), root.resolve("spark").resolve("target"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          Optional<Path> jar =
              files
                  .filter(file -> {
                    String name = file.getFileName().toString();
                    return name.startsWith(JAR_START) && name.endsWith(JAR_END);
                  })
                  .findFirst();
          if (jar.isPresent()) {
            return jar.get().toAbsolutePath().normalize();
          }
        }
      }
    }
    throw new RunException(
        "the jar to submit is not built yet; build it once, in the sources, by: mvn -q package -pl"
            + " spark -am -Dmaven.test.skip=true");
  }

  /**
   * The command.
   *
   * @param log file of settings of Spark's log; empty to leave it as it is
   */
  public List<String> command(Optional<Path> log) {
    String flags = FLAGS + log.map(file -> " -Dlog4j2.configurationFile=" + file).orElse("");
    List<String> command = new ArrayList<>();
    if (spark.program().isPresent()) {
      command.addAll(List.of(spark.program().get().toString(), "--driver-java-options", flags));
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(flags.split(" ")));
      command.add("-cp");
      command.add(
          String.join(
              File.pathSeparator,
              spark.folder().resolve("conf").toString(),
              spark.folder().resolve("jars").resolve("*").toString()));
      command.add("org.apache.spark.deploy.SparkSubmit");
    }
    command.addAll(List.of("--master", master, "--class", program));
    Stream.concat(
            Stream.of("spark.executor.extraJavaOptions=" + FLAGS)
                .filter(each -> !settings.containsKey("spark.executor.extraJavaOptions")),
            settings.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()))
        .sorted()
        .forEach(each -> command.addAll(List.of("--conf", each)));
    command.add(jar.toString());
    command.addAll(words);
    return command;
  }

  /**
   * Runs it to its end.
   *
   * @param err takes what it says of how far it is, and where {@code verbose} all that it says
   * @param verbose whether Spark logs what it does
   * @throws RunException saying in one line why it failed
   * @throws IOException if it cannot be started, or this thread is interrupted
   */
  public void run(PrintWriter err, boolean verbose) throws IOException {
    Path log = Files.createTempFile("ockham-spark", ".properties");
    try {
      log.toFile().deleteOnExit(); // Where a signal ends this program.
      Files.writeString(log, SILENCE);
      ProcessBuilder builder =
          new ProcessBuilder(command(verbose ? Optional.empty() : Optional.of(log)))
              .redirectErrorStream(true);
      builder.environment().put(SparkHome.VARIABLE, spark.folder().toString());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.start();
      Thread end = new Thread(process::destroy, "ends Spark");
      Runtime.getRuntime().addShutdownHook(end);
      try {
        process.getOutputStream().close();
        List<String> said = said(process.inputReader(), err, verbose);
        if (process.waitFor() != 0) {
          throw new RunException(fault(said));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } finally {
        process.destroyForcibly();
        forget(end);
      }
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static List<String> said(BufferedReader from, PrintWriter err, boolean verbose) {
    List<String> said = new ArrayList<>();
    from.lines()
        .forEach(line -> {
          said.add(line);
          if (verbose) {
            err.println(line);
          } else if (line.startsWith(PROGRESS)) {
            err.println(line.substring(PROGRESS.length()));
          }
        });
    return said;
  }

  /** The program's own complaint, else the first line that looks like one of Spark's. */
  private static String fault(List<String> said) {
    for (String line : said.reversed()) {
      if (line.startsWith(COMPLAINT)) {
        return line.substring(COMPLAINT.length());
      }
    }
    return "Spark failed: "
        + said.stream()
            .filter(line -> line.matches("(?:Error|Exception|\\w+(?:\\.\\w+)*Exception\\b).*"))
            .findFirst()
            .map(line -> line.replaceFirst(THROWN, ""))
            .orElse("it said nothing; --verbose shows its log");
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM ends already, and runs it.
    }
  }
}
