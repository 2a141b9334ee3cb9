package dev.ockham.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ockham spark}: work for a cluster. */
@Command(
    name = "spark",
    description = "Use Apache Spark: on this machine, or on a cluster that one names.",
    subcommands = {
      SparkPredictCommand.class,
      SparkTrainCommand.class,
      SparkSweepCommand.class,
      SparkFrontierCommand.class,
      SparkReproduceCommand.class,
      SparkCompressCommand.class
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Spark is not part of Ockham: unpack Spark 4, and name its folder by SPARK_HOME."
    })
public final class SparkCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which work? one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
