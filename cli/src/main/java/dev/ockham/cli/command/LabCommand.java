package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Experiments;
import dev.ockham.lab.experiment.KlExperiment;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ockham lab}: the mathematics, by itself. Its subcommands are the lab's experiments. */
@Command(
    name = "lab",
    description = "Look at the mathematics by itself: experiments with numbers and pictures.",
    modelTransformer = LabCommand.WithExperiments.class,
    mixinStandardHelpOptions = true)
public final class LabCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which experiment? known: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Adds a subcommand for each experiment, and one for each study of many runs. */
  static final class WithExperiments implements CommandLine.IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec lab) {
      for (Experiment experiment : Experiments.all()) {
        Object command =
            experiment instanceof KlExperiment ? new LabKlCommand() : new Of(experiment);
        CommandSpec sub = CommandSpec.forAnnotatedObject(command);
        sub.usageMessage().description(experiment.summary());
        lab.addSubcommand(experiment.name(), sub);
      }
      CommandSpec regression = CommandSpec.forAnnotatedObject(new LabRegressionCommand());
      regression
          .usageMessage()
          .description("the eight UCI regression sets of 20 splits: error, likelihood and size");
      lab.addSubcommand("regression", regression);
      CommandSpec defaults = CommandSpec.forAnnotatedObject(new LabDefaultsCommand());
      defaults
          .usageMessage()
          .description("what a run with the automatic schedule loses beside its dense twin");
      lab.addSubcommand("defaults", defaults);
      CommandSpec targets = CommandSpec.forAnnotatedObject(new LabTargetsCommand());
      targets
          .usageMessage()
          .description("pairs of wishes that a grid of β reaches, compressed for");
      lab.addSubcommand("targets", targets);
      return lab;
    }
  }

  /** {@code ockham lab NAME} for an experiment without options of its own. */
  @Command
  static final class Of implements Callable<Integer> {

    private final Experiment experiment;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private LabOutput output = new LabOutput();

    Of(Experiment experiment) {
      this.experiment = experiment;
    }

    @Override
    public Integer call() throws Exception {
      output.runAndPrint(experiment, common);
      return 0;
    }
  }
}
