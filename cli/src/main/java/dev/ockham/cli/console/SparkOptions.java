package dev.ockham.cli.console;

import dev.ockham.cli.process.SparkHome;
import dev.ockham.cli.process.SparkSubmission;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Spark is, which cluster does the work, and what else it is told. */
public final class SparkOptions {

  private static final String MASTERS =
      "local(\\[(\\*|\\d{1,9})(,\\d{1,9})?])?|local-cluster\\[\\d+,\\d+,\\d+]|spark://.+|yarn|k8s://.+";

  private static final Pattern CLUSTER =
      Pattern.compile("local-cluster\\[(\\d{1,9}),(\\d{1,9}),\\d+]");
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\*|\\d{1,9})(?:,\\d{1,9})?])?");

  @Option(
      names = "--master",
      paramLabel = "M",
      description =
          "Who does the work: local[N] for N cores of this machine, local-cluster[N,CORES,MB] for N"
              + " JVMs of it, spark://HOST:PORT, yarn, or k8s://HOST. Default:"
              + " ${DEFAULT-VALUE}")
  private String master = "local[*]";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, such as spark.executor.memory=2g; may be said again.")
  private List<String> settings = List.of();

  @Option(
      names = "--spark-home",
      paramLabel = "DIR",
      description = "Folder of Spark 4. Default: SPARK_HOME, or where spark-submit is.")
  private @Nullable Path home;

  /** Which cluster does the work. */
  public String master() {
    if (!master.matches(MASTERS)) {
      throw new SpecException(
          "--master is '%s'; it must be local[N], local-cluster[N,CORES,MB], spark://HOST:PORT, yarn or k8s://HOST"
              .formatted(master));
    }
    return master;
  }

  /** Whether all the work is done on this machine. */
  public boolean local() {
    return master().startsWith("local");
  }

  /**
   * A program to submit.
   *
   * @param program the class
   * @param fixed settings of Spark that the program needs; an option may say otherwise
   * @throws IOException if Spark or the jar is not there
   */
  public SparkSubmission submission(String program, Map<String, String> fixed, List<String> words)
      throws IOException {
    String cluster = master(); // what is asked wrongly is said before Spark is looked for
    Map<String, String> all = new LinkedHashMap<>(fixed);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new SpecException(
            "--conf: '%s' is not KEY=VALUE, such as spark.executor.memory=2g".formatted(setting));
      }
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return new SparkSubmission(
        SparkHome.find(home), cluster, program, SparkSubmission.builtJar(), all, words);
  }

  /**
   * Checks that as many workers can run at once as train together, as far as this is known here.
   *
   * @param threads of each, all on one executor
   * @throws SpecException if not, or executors may come and go
   */
  public void requireWorkers(int workers, int threads) {
    if (workers > 1 && settings.contains("spark.dynamicAllocation.enabled=true")) {
      throw new SpecException(
          "--conf spark.dynamicAllocation.enabled=true: workers that train together need a fixed"
              + " number of executors");
    }
    Matcher cluster = CLUSTER.matcher(master());
    Matcher local = LOCAL.matcher(master());
    long slots = Long.MAX_VALUE;
    if (cluster.matches()) {
      slots = Long.parseLong(cluster.group(1)) * (Long.parseLong(cluster.group(2)) / threads);
    } else if (local.matches()) {
      String cores = local.group(1) == null ? "1" : local.group(1);
      slots =
          (cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Long.parseLong(cores))
              / threads;
    }
    if (slots < workers) {
      throw new SpecException(
          "--master %s has room for %s workers of %s threads at once, not for %s"
              .formatted(master(), slots, threads, workers));
    }
  }
}
