package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.SparkTasks;
import dev.ockham.cli.reproduce.Circumstances;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.sweep.SweepSpec;
import dev.ockham.core.sweep.Trial;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
      "be there under the same name on every machine, and so must Ockham: --class-path says where,",
      "or --send-jars sends it."
    })
public final class SparkSweepCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private SweepFiles files = new SweepFiles();

  @Mixin private SparkTaskOptions spark = new SparkTaskOptions();

  @Override
  public Integer call() throws IOException {
    SweepSpec sweep = SweepSpec.read(files.spec());
    WritableFolder.require(files.out());
    requireSameThreads(sweep);
    try (SparkTasks tasks = spark.tasks("sweep", files.out(), common)) {
      Map<String, Object> how = Map.of("command", Circumstances.command(common.arguments()));
      return new SweepRounds(sweep, files.out(), tasks, how, common).run();
    }
  }

  private void requireSameThreads(SweepSpec sweep) {
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
  }
}
