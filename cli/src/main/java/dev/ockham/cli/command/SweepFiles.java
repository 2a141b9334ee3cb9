package dev.ockham.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is swept, and the folder of its runs. */
final class SweepFiles {

  @Parameters(paramLabel = "SPEC", description = "YAML file that says what to try.")
  private Path spec = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the runs, and of sweep.json with all results.")
  private Path out = Path.of("");

  Path spec() {
    return spec;
  }

  Path out() {
    return out;
  }
}
