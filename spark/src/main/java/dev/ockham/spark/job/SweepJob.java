package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains runs, a task for each; what they save comes to a folder that all machines see, and from
 * there to one of the driver's. Their recipes are in the driver's folder.
 */
public final class SweepJob {

  private static final List<String> OPTIONS =
      List.of("--plan", "--out", "--shared", "--class-path");

  private SweepJob() {}

  /**
   * Trains the runs of a sweep on Spark; exits with 1 and one line on standard error where that
   * fails.
   */
  public static void main(String[] words) {
    int code = 0;
    try {
      run(new JobWords(words, OPTIONS, List.of()));
    } catch (Exception e) {
      System.err.println("ockham: " + JobFaults.line(e));
      code = 1;
    }
    System.exit(code);
  }

  private static void run(JobWords words) throws IOException {
    Path out = Path.of(words.required("--out"));
    List<String[]> trials = new ArrayList<>();
    for (String name : Files.readAllLines(Path.of(words.required("--plan")))) {
      trials.add(new String[] {name, Files.readString(out.resolve(name + ".yaml"))});
    }
    String classPath = words.required("--class-path");
    String own = out.toUri().toString();
    RunStore store = new RunStore(words.optional("--shared").orElse(own));
    SparkConf conf = new SparkConf().setAppName("ockham sweep");
    JobFaults.requireAnswers(conf.get("spark.master", ""));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      String token = ".shared-" + UUID.randomUUID();
      store.write(token, new byte[0]);
      try {
        List<String> done =
            spark
                .parallelize(trials, trials.size())
                .map(new TrialTask(store, token, classPath))
                .collect();
        if (done.size() != trials.size()) {
          throw new ScoringException(
              "%s of %s runs came back".formatted(done.size(), trials.size()));
        }
      } finally {
        store.remove(token);
      }
      if (words.optional("--shared").isPresent()) {
        for (String[] trial : trials) {
          store.fetch(trial[0], out.resolve(trial[0]));
          store.fetchFile(trial[0] + ".log", out.resolve(trial[0] + ".log"));
        }
      }
    }
  }
}
