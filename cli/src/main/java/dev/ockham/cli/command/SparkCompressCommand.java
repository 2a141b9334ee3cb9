package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.process.SparkTasks;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.compress.Effort;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham spark compress}. */
@Command(
    name = CompressRequest.NAME,
    description =
        "Compress by several methods and seeds, as 'ockham compress --effort thorough' does, with"
            + " Spark: a task for each.",
    footer = {
      "",
      "Example: ockham spark compress model.onnx --data pictures --target \"error<=dense+0.5\"",
      "--budget 60epochs --methods sparse-vd,ard --seeds 1,2 --out small --master yarn",
      "",
      "Each is a process of its own beside an executor, on that machine's disk (--work); what it",
      "saves is copied to --shared, so that it goes on elsewhere where an executor is lost. MODEL,",
      "the data and Ockham must be on every machine under the same name (--send-jars sends"
          + " Ockham);",
      "names that do not begin with / are those of the folder that this command is called in. A",
      "--budget in minutes is measured here."
    })
public final class SparkCompressCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private CompressRequest request = new CompressRequest();

  @Option(
      names = "--effort",
      paramLabel = "E",
      description = "thorough, as always here: others are one compression, on one machine.")
  private String effort = "thorough";

  @Mixin private SparkTaskOptions spark = new SparkTaskOptions();

  @Override
  public Integer call() throws IOException, TrainingException {
    if (Effort.parse(effort) != Effort.THOROUGH) {
      throw new SpecException(
          "--effort %s is one compression, which 'ockham compress' does on this machine"
              .formatted(effort));
    }
    try (SparkTasks tasks = spark.tasks(CompressRequest.NAME, request.folder(), common)) {
      return request.run(common, Effort.THOROUGH, tasks);
    }
  }
}
