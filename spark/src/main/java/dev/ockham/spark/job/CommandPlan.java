package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Commands that are run on Spark, and what comes back of them. */
final class CommandPlan {

  private static final List<String> OPTIONS =
      List.of("--title", "--plan", "--ends", "--out", "--shared", "--class-path", "--work", "--in");

  private CommandPlan() {}

  /** Runs them; the exit code, 1 where one line on standard error says what went wrong. */
  static int run(String[] words) {
    try {
      run(new JobWords(words, OPTIONS, List.of()));
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
    JobFaults.requireAnswers(conf.get("spark.master", ""));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      String token = ".shared-" + UUID.randomUUID();
      store.write(token, new byte[0]);
      CommandTask task =
          new CommandTask(
              store,
              token,
              words.required("--class-path"),
              words.optional("--work").orElse(System.getProperty("java.io.tmpdir")),
              words.optional("--in").orElse(""));
      try {
        List<String> ends = spark.parallelize(commands, commands.size()).map(task).collect();
        if (ends.size() != commands.size()) {
          throw new ScoringException(
              "%s of %s commands came back".formatted(ends.size(), commands.size()));
        }
        if (words.optional("--ends").isPresent()) {
          Files.write(Path.of(words.required("--ends")), ends);
        }
      } finally {
        store.remove(token);
      }
      if (words.optional("--shared").isPresent()) {
        for (PlannedCommand command : commands) {
          store.fetch(command.name(), out.resolve(command.name()));
          store.fetchFile(command.name() + ".log", out.resolve(command.name() + ".log"));
        }
      }
    }
  }
}
