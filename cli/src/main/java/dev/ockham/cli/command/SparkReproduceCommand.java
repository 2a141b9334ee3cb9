package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.process.SparkTasks;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ockham spark reproduce}. */
@Command(
    name = "reproduce",
    description =
        "Reproduce what was published, as 'ockham reproduce' does, with Spark: a task for each"
            + " seed.",
    footer = {
      "",
      "Example: ockham spark reproduce lenet-300-100-sparse-vd --seeds 1,2,3 --master"
          + " 'local-cluster[2,1,1024]'",
      "",
      "Training is done there, each run as in 'ockham spark sweep'; what came of it is measured",
      "here. 'ockham reproduce --list' names what can be reproduced."
    })
public final class SparkReproduceCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ReproduceRequest request = new ReproduceRequest();

  @Mixin private SparkTaskOptions spark = new SparkTaskOptions();

  @Override
  public Integer call() throws IOException {
    try (SparkTasks tasks = spark.tasks("reproduce", request.folder(), common)) {
      return request.run(
          common, tasks, runs -> spark.machine(runs.getFirst().spec().training().threads()));
    }
  }
}
