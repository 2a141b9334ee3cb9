package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.SparkTasks;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ockham spark frontier}. */
@Command(
    name = "frontier",
    description = "Compare methods, as 'ockham frontier' does, with Spark: a task for each run.",
    footer = {
      "",
      "Example: ockham spark frontier --data fashion-mnist-mini --arch lenet-300-100",
      "--out runs/frontier --master 'local-cluster[2,1,1024]'",
      "",
      "Training is done there, each run as in 'ockham spark sweep'; what came of it is measured",
      "here. The data must be on every machine under the same name, and so must Ockham:",
      "--class-path says where, or --send-jars sends it. Stopped and run again, with Spark or",
      "without, it goes on."
    })
public final class SparkFrontierCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private FrontierRequest methods = new FrontierRequest();

  @Mixin private SparkTaskOptions spark = new SparkTaskOptions();

  @Override
  public Integer call() throws IOException {
    try (SparkTasks tasks = spark.tasks("frontier", methods.folder(), common)) {
      return methods.run(
          common,
          runs -> {
            List<RunEnd> ends = tasks.train(runs);
            Interrupt.listen(); // what follows stops between its steps
            return ends;
          });
    }
  }
}
