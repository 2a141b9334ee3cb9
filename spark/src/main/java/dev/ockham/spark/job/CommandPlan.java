package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.reflect.ClassTag$;

/** Commands that are run on Spark, and what comes back of them. */
final class CommandPlan {

  private static final List<String> OPTIONS =
      List.of(
          "--title",
          "--plan",
          "--ends",
          "--out",
          "--shared",
          "--class-path",
          "--work",
          "--in",
          "--workers");

  private static final String SEND_JARS = "--send-jars";

  /** Spark's number of this error. */
  private static final String TOO_FEW_SLOTS = "SPARK-24819";

  private CommandPlan() {}

  /** Runs them; the exit code, 1 where one line on standard error says what went wrong. */
  static int run(String[] words) {
    try {
      run(new JobWords(words, OPTIONS, List.of(SEND_JARS)));
      return 0;
    } catch (Exception e) {
      System.err.println("ockham: " + JobFaults.line(e, JavaFloor.TRAINING));
      return 1;
    }
  }

  private static void run(JobWords words) throws IOException {
    Path out = Path.of(words.required("--out"));
    List<PlannedCommand> commands = PlannedCommand.read(Path.of(words.required("--plan")), out);
    RunStore store = new RunStore(words.optional("--shared").orElse(out.toUri().toString()));
    SparkConf conf =
        new SparkConf().setAppName("ockham " + words.optional("--title").orElse("commands"));
    int workers = Integer.parseInt(words.optional("--workers").orElse("1"));
    if (workers > 1 && conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ScoringException(
          "workers that train together need a fixed number of executors;"
              + " spark.dynamicAllocation.enabled is true");
    }
    JobFaults.requireAnswers(conf.get("spark.master", ""));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      List<String> ends;
      try (Claim claim = new Claim(store, workers > 1 ? commands.getFirst().name() : "")) {
        String classPath = words.required("--class-path");
        CommandTask task =
            new CommandTask(
                store,
                claim.name(),
                words.has(SEND_JARS) ? TaskJars.sent(classPath, spark) : TaskJars.there(classPath),
                words.optional("--work").orElse(System.getProperty("java.io.tmpdir")),
                words.optional("--in").orElse(""));
        ends =
            workers > 1
                ? together(spark, task, commands.getFirst(), workers)
                : apart(spark, task, commands);
        if (ends.size() != commands.size()) {
          throw new ScoringException(
              "%s of %s commands came back".formatted(ends.size(), commands.size()));
        }
        if (words.optional("--ends").isPresent()) {
          Files.write(Path.of(words.required("--ends")), ends);
        }
      }
      if (words.optional("--shared").isPresent()) {
        for (PlannedCommand command : commands) {
          store.fetch(command.name(), out.resolve(command.name()));
          store.fetchFile(command.name() + ".log", out.resolve(command.name() + ".log"));
        }
      }
      for (String end : ends) {
        String[] parts = end.split("\t", 4);
        if (parts.length > 3) {
          throw new ScoringException(parts[3]);
        }
      }
    }
  }

  /** Each command by itself, a task for each; how they ended. */
  private static List<String> apart(
      JavaSparkContext spark, CommandTask task, List<PlannedCommand> commands) {
    spark.sc().addSparkListener(new JobProgress(commands));
    return spark.parallelize(commands, commands.size()).map(task).collect();
  }

  /**
   * One run, which all tasks of a stage train together; how rank 0 ended, which keeps it. Spark
   * tries such a stage again where a shuffle comes behind it, and only there.
   */
  private static List<String> together(
      JavaSparkContext spark, CommandTask task, PlannedCommand command, int workers) {
    List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
    JobProgress.Following following = JobProgress.following(task.store(), command);
    try {
      return spark
          .parallelize(ranks, workers)
          .rdd()
          .barrier()
          .mapPartitions(
              new RankTask(task, command, workers),
              false,
              ClassTag$.MODULE$.<String>apply(String.class))
          .toJavaRDD()
          .repartition(1)
          .collect()
          .stream()
          .filter(end -> end.startsWith(command.name() + "\t"))
          .toList();
    } catch (Exception e) {
      if (String.valueOf(e.getMessage()).contains(TOO_FEW_SLOTS)) {
        throw new ScoringException(
            "the cluster has not as many free cores as %s workers of spark.task.cpus %s need"
                .formatted(workers, spark.getConf().get("spark.task.cpus", "1")));
      }
      throw e;
    } finally {
      following.close();
    }
  }
}
