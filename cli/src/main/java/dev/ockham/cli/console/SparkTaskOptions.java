package dev.ockham.cli.console;

import dev.ockham.cli.process.SparkTasks;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How runs and commands become tasks of Spark. */
public final class SparkTaskOptions {

  private static final String PROGRAM = "dev.ockham.spark.job.CommandsJob";

  /** Options with a value that a command has on Spark and not without. */
  public static final List<String> NAMES =
      List.of("--master", "--conf", "--spark-home", "--shared", "--class-path", "--work");

  /** Options without a value that a command has on Spark and not without. */
  public static final List<String> SWITCHES = List.of("--send-jars");

  @Option(
      names = "--shared",
      paramLabel = "URI",
      description =
          "Folder that all machines see, such as hdfs://host/runs. Default: --out, which must be on"
              + " a shared disk.")
  private @Nullable String shared;

  @Option(
      names = "--class-path",
      paramLabel = "JARS",
      description = "Ockham's jars as the workers see them. Default: those of this command.")
  private String classPath = System.getProperty("java.class.path");

  @Option(
      names = "--send-jars",
      description =
          "Send the jars of --class-path, which are on this machine then, to the workers; libtorch"
              + " is that for this kind of machine.")
  private boolean sendJars;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Folder on each machine's own disk to work in, of the same name everywhere. Default:"
              + " ${DEFAULT-VALUE}")
  private Path work = Path.of(System.getProperty("java.io.tmpdir"));

  @Mixin private SparkOptions spark = new SparkOptions();

  /**
   * Tasks in folders below one.
   *
   * @param title of the command
   * @param folder that has all of them, here
   * @throws SpecException if what Spark is told is wrong
   * @throws IOException if Spark or the jar is not there
   */
  public SparkTasks tasks(String title, Path folder, CommonOptions common) throws IOException {
    requireSubmittable();
    return new SparkTasks(folder, sharedAddress(), submit(title, Map.of(), List.of(), common));
  }

  /**
   * The task of one run that several workers train together.
   *
   * @param run its folder, here
   * @param threads of each worker
   * @throws SpecException if what Spark is told is wrong, or the master has too few cores
   * @throws IOException if Spark or the jar is not there
   */
  public SparkTasks together(Path run, int workers, int threads, CommonOptions common)
      throws IOException {
    String title = "train";
    spark.requireWorkers(workers, threads);
    requireSubmittable();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.stage.maxConsecutiveAttempts", "20");
    // Long enough for executors to come, and short of Spark's ten minutes.
    settings.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "5s");
    settings.put("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "24");
    List<String> words = List.of("--workers", Integer.toString(workers));
    return SparkTasks.ofOne(run, sharedAddress(), submit(title, settings, words, common));
  }

  private void requireSubmittable() throws IOException {
    var _ = sharedAddress();
    var _ = spark.submission(PROGRAM, Map.of(), List.of());
  }

  private SparkTasks.Submit submit(
      String title, Map<String, String> more, List<String> mine, CommonOptions common) {
    return (threads, words) -> {
      List<String> all = new ArrayList<>(words);
      all.addAll(List.of("--title", title, "--class-path", classPath));
      all.addAll(List.of("--work", work.toAbsolutePath().toString()));
      if (sendJars) {
        all.add("--send-jars");
      }
      all.addAll(mine);
      Map<String, String> settings = new LinkedHashMap<>(more);
      settings.put("spark.task.cpus", Integer.toString(threads));
      settings.put("spark.task.maxFailures", "20");
      settings.put("spark.speculation", "false");
      spark.submission(PROGRAM, settings, all).run(common.err(), common.verbose());
    };
  }

  /** A folder without a scheme begins here, for the workers begin elsewhere. */
  private String sharedAddress() {
    if (shared == null) {
      return "";
    }
    if (shared.isBlank()) {
      throw new SpecException("--shared is empty, where a folder is named");
    }
    return shared.matches("\\w[\\w+.-]+:.*")
        ? shared
        : Path.of(shared).toAbsolutePath().normalize().toUri().toString();
  }

  /**
   * What results say they were made on.
   *
   * @param threads of each run
   */
  public Map<String, Object> machine(int threads) {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("spark", spark.master());
    machine.put("threads", threads);
    return machine;
  }
}
