package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.ShellWord;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.SparkTasks;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham spark train}. */
@Command(
    name = "train",
    description = "Train one run, as 'ockham train' does, with Spark: several workers together.",
    footer = {
      "",
      "Example: ockham spark train --data fashion-mnist-mini --arch lenet-5 --workers 2",
      "  --out runs/two --master 'local-cluster[2,1,1024]'",
      "",
      "Workers cut each batch among them and add up their gradients over the network, so that N"
          + " workers",
      "of T threads train as one of N x T does. Each is a process beside an executor; rank 0 copies"
          + " its",
      "checkpoints to --shared, and where an executor is lost, all go on from there. Data must be"
          + " there",
      "under the same name on every machine, and so must Ockham: --class-path says where,",
      "or --send-jars sends it."
    })
public final class SparkTrainCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      description = "Folder of the run; made where there is none.")
  private Path out = Path.of("");

  @Option(
      names = "--resume",
      description = "Go on with the run in RUN, perhaps with another number of workers.")
  private boolean resume;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many train it together, each with --threads (1 where that is left open).")
  private @Nullable Integer workers;

  @Mixin private TrainRequest request = new TrainRequest();

  @Mixin private SparkTaskOptions spark = new SparkTaskOptions();

  @Override
  public Integer call() throws IOException, TrainingException {
    if (workers == null) {
      throw new SpecException("--workers is missing: how many train the run together?");
    }
    if (workers < 1) {
      throw new SpecException("--workers is %s; it must be at least 1".formatted(workers));
    }
    if (!request.settings().target.wishes().isEmpty()) {
      throw new SpecException("--target trains several runs, each with one worker");
    }
    RunFolder folder = new RunFolder(out);
    RunSpec asked = request.spec(folder, resume);
    int threads = Math.max(1, asked.training().threads());
    WritableFolder.require(out);
    Training.requireUsable(folder, resume);
    try (SparkTasks tasks = spark.together(out, workers, threads, common)) {
      RunSpec spec =
          request.namesNetwork() || folder.holdsRun()
              ? asked
              : TrainRequest.fitted(asked, request.data(asked, folder, common.err()), false);
      PlannedRun run = new PlannedRun("the run", spec.with("training.threads", threads), folder);
      return print(folder, workers, tasks.train(List.of(run)).getFirst());
    }
  }

  private int print(RunFolder folder, int workers, RunEnd end)
      throws IOException, TrainingException {
    if (end.ending() != RunEnd.Ending.FINISHED) {
      throw new TrainingException(
          end.reason().isEmpty() ? folder.root() + ": the run was stopped" : end.reason());
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", folder.root().toString());
    result.put("status", "finished");
    result.put("workers", workers);
    result.putAll(RunRecord.read(folder).last());
    result.put("model", folder.model().toString());
    common.print(
        result,
        () ->
            common
                .out()
                .printf(
                    "%s: done; %s holds the network%nnext: ockham evaluate %s%n",
                    folder.root(), folder.model(), ShellWord.of(folder.root())));
    return 0;
  }
}
