package dev.ockham.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ockham.cli.command.ArchitecturesCommand;
import dev.ockham.cli.command.BenchCommand;
import dev.ockham.cli.command.CompressCommand;
import dev.ockham.cli.command.DatasetsCommand;
import dev.ockham.cli.command.DemoCommand;
import dev.ockham.cli.command.EvaluateCommand;
import dev.ockham.cli.command.ExportCommand;
import dev.ockham.cli.command.FrontierCommand;
import dev.ockham.cli.command.ImportCommand;
import dev.ockham.cli.command.InspectCommand;
import dev.ockham.cli.command.LabCommand;
import dev.ockham.cli.command.MethodsCommand;
import dev.ockham.cli.command.PredictCommand;
import dev.ockham.cli.command.PruneCommand;
import dev.ockham.cli.command.ReportCommand;
import dev.ockham.cli.command.ReproduceCommand;
import dev.ockham.cli.command.SensitivityCommand;
import dev.ockham.cli.command.SparkCommand;
import dev.ockham.cli.command.SweepCommand;
import dev.ockham.cli.command.TrainCommand;
import dev.ockham.cli.command.VerifyCommand;
import dev.ockham.cli.command.WatchCommand;
import dev.ockham.cli.console.DownloadProgress;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.Mistakes;
import dev.ockham.cli.console.StandardOutput;
import dev.ockham.cli.process.ParentWatch;
import dev.ockham.core.data.UnpackedCode;
import dev.ockham.core.run.Software;
import dev.ockham.train.engine.Libtorch;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The program {@code ockham}. */
@Command(
    name = "ockham",
    description =
        "Bayesian pruning: train a network, let its posterior say what may go, keep the rest.",
    mixinStandardHelpOptions = true,
    versionProvider = Ockham.Version.class,
    subcommands = {
      DemoCommand.class,
      CompressCommand.class,
      ReproduceCommand.class,
      ImportCommand.class,
      TrainCommand.class,
      PruneCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      PredictCommand.class,
      FrontierCommand.class,
      SweepCommand.class,
      SensitivityCommand.class,
      ReportCommand.class,
      WatchCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      DatasetsCommand.class,
      ArchitecturesCommand.class,
      MethodsCommand.class,
      SparkCommand.class,
      LabCommand.class,
      BenchCommand.class,
    },
    footer = {
      "",
      "Every command has --help, and --json for one JSON object on standard output (predict: one a",
      "line).",
      "Exit codes: 0 done; 1 failed, or a file that is broken or of another kind; 2 asked wrongly:"
          + " an",
      "option, setting or value; 3 of compress: no network that was tried grants the wish, and the",
      "nearest is kept; 130 stopped by Ctrl-C and saved.",
      "Start with: ockham demo"
    })
public final class Ockham implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"ockham %s (%s)".formatted(Software.version(), Software.commit())};
    }
  }

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    return prepared(new CommandLine(new Ockham()));
  }

  /**
   * The command line for some arguments, which says what the whole one says and starts faster:
   * commands that the arguments do not name are there by name and description only.
   */
  static CommandLine commandLine(String[] arguments) {
    Command texts = Objects.requireNonNull(Ockham.class.getAnnotation(Command.class));
    Ockham program = new Ockham();
    CommandSpec root = CommandSpec.wrapWithoutInspection(program).name(texts.name());
    program.spec = root;
    root.versionProvider(new Version()).mixinStandardHelpOptions(true);
    root.usageMessage().description(texts.description()).footer(texts.footer());
    CommandLine line = new CommandLine(root);
    Set<String> words = Set.copyOf(Arrays.asList(arguments));
    for (Class<?> each : texts.subcommands()) {
      Command command = Objects.requireNonNull(each.getAnnotation(Command.class));
      if (words.contains(command.name())) {
        line.addSubcommand(command.name(), new CommandLine(each));
      } else {
        CommandSpec named = CommandSpec.create();
        named.usageMessage().description(command.description());
        line.addSubcommand(command.name(), named);
      }
    }
    return prepared(line);
  }

  private static CommandLine prepared(CommandLine line) {
    return line.setUsageHelpWidth(96)
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Path.class, Ockham::path)
        .setParameterExceptionHandler(Mistakes::inUsage)
        .setExecutionExceptionHandler(Mistakes::inExecution);
  }

  /** A path that names something: the empty one would silently be the working folder. */
  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("it is empty, where a file or folder is named");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(Mistakes.unspeakable(text));
    }
  }

  public static void main(String[] arguments) {
    StandardOutput.install();
    ParentWatch.begin();
    int exitCode;
    try {
      // In UTF-8 whatever the locale, so that the same results are the same bytes.
      PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, UTF_8), true);
      Libtorch.tell(
          new DownloadProgress(new PrintWriter(new OutputStreamWriter(System.err, UTF_8), true)));
      exitCode = commandLine(arguments).setOut(out).execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.printf(
          "ockham: out of memory (%s) with a heap of %s MB; use a smaller network or a larger"
              + " machine%n",
          e.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
      exitCode = CommandLine.ExitCode.SOFTWARE;
    } catch (LinkageError e) {
      System.err.println("ockham: " + UnpackedCode.advice(e).orElseThrow(() -> e));
      exitCode = CommandLine.ExitCode.SOFTWARE;
    }
    // After Ctrl-C the JVM is shutting down already, with its own exit code; exiting would block.
    if (!Interrupt.finished()) {
      System.exit(exitCode);
    }
  }
}
