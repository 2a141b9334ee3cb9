package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.SparkOptions;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.SparkRuns;
import dev.ockham.cli.reproduce.Circumstances;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.sweep.SweepSpec;
import dev.ockham.core.sweep.Trial;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham spark sweep}. */
@Command(
    name = "sweep",
    description = "Do a sweep, as 'ockham sweep' does, with Spark: a task for each run.",
    footer = {
      "",
      "Example: ockham spark sweep lr.yaml --out runs/lr --master 'local-cluster[2,1,1024]'",
      "",
      "Each run is a process of its own beside an executor, on that machine's disk; its"
          + " checkpoints",
      "are copied to --shared, so that it goes on elsewhere where an executor is lost. Its data"
          + " must",
      "be there under the same name on every machine, and so must Ockham: --class-path says where."
    })
public final class SparkSweepCommand implements Callable<Integer> {

  private static final String PROGRAM = "dev.ockham.spark.job.SweepJob";

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private SweepFiles files = new SweepFiles();

  @Option(
      names = "--shared",
      paramLabel = "URI",
      description =
          "Folder that all machines see, such as hdfs://host/sweep. Default: --out, which must be"
              + " on a shared disk.")
  private @Nullable String shared;

  @Option(
      names = "--class-path",
      paramLabel = "JARS",
      description = "Ockham's jars as the workers see them. Default: those of this command.")
  private String classPath = System.getProperty("java.class.path");

  @Mixin private SparkOptions spark = new SparkOptions();

  @Override
  public Integer call() throws IOException {
    SweepSpec sweep = SweepSpec.read(files.spec());
    if (spark.prints()) {
      throw new SpecException(
          "--print: a sweep submits a job for each of its rounds, with a plan that it writes"
              + " itself; there is no one command");
    }
    WritableFolder.require(files.out());
    int threads = sweep.trials().getFirst().spec().training().threads();
    for (Trial trial : sweep.trials()) {
      if (trial.spec().training().threads() != threads) {
        throw new SpecException(
            "%s: training.threads is %s in %s and %s in %s; all tasks of Spark have as many"
                .formatted(
                    files.spec(),
                    threads,
                    sweep.trials().getFirst().name(),
                    trial.spec().training().threads(),
                    trial.name()));
      }
    }
    var _ = spark.submission(PROGRAM, Map.of(), List.of());
    Path out = files.out();
    Files.createDirectories(out);
    Path lock = out.resolve("sweep.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock held = channel.tryLock()) {
      if (held == null) {
        throw new RunException("%s: another sweep is at work there".formatted(out));
      }
      Map<String, Object> how = Map.of("command", Circumstances.command(common.arguments()));
      SparkRuns runner = new SparkRuns(recipes -> submit(recipes, threads));
      return new SweepRounds(sweep, out, runner, how, common).run();
    }
  }

  private void submit(List<Path> recipes, int threads) throws IOException {
    List<String> words = new ArrayList<>();
    Path place = Objects.requireNonNull(recipes.getFirst().toAbsolutePath().getParent());
    words.addAll(List.of("--out", place.toString(), "--class-path", classPath));
    if (shared != null) {
      Path below = files.out().toAbsolutePath().normalize().relativize(place);
      String folder = below.toString().isEmpty() ? shared : shared + "/" + below;
      words.addAll(List.of("--shared", folder));
    }
    Path plan = Files.createTempFile("ockham-plan", ".txt");
    try {
      Files.write(
          plan,
          recipes.stream()
              .map(recipe -> String.valueOf(recipe.getFileName()).replaceFirst("\\.yaml$", ""))
              .toList());
      words.addAll(List.of("--plan", plan.toString()));
      spark.run(
          spark.submission(
              PROGRAM,
              Map.of(
                  "spark.task.cpus", Integer.toString(threads),
                  "spark.task.maxFailures", "20",
                  "spark.speculation", "false"),
              words),
          common);
    } finally {
      Files.deleteIfExists(plan);
    }
  }
}
