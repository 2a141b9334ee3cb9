package dev.ockham.cli.console;

import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Parameters;

/** What predicts: a model file, or the model of a finished run. */
public final class ModelOrRun {

  @Parameters(
      paramLabel = "MODEL|RUN",
      description = "A model file, or the folder of a finished run.")
  private Path subject = Path.of("");

  /** As it is given. */
  public Path path() {
    return subject;
  }

  /**
   * The model file.
   *
   * @throws RunException if the run has none yet, naming the command that finishes it, or another
   *     run's
   * @throws IOException if the run's record cannot be read
   */
  public Path model() throws IOException {
    if (!Files.isDirectory(subject)) {
      return subject;
    }
    RunFolder folder = new RunFolder(subject);
    if (!Files.exists(folder.model())) {
      RunRecord record = RunRecord.read(folder);
      throw new RunException(
          "%s has no model yet (it is %s); finish it with: ockham train --out %s --resume"
              .formatted(
                  subject,
                  record.status().toString().toLowerCase(Locale.ROOT),
                  ShellWord.of(subject)));
    }
    RunRecord.read(folder).requireOwnModel(folder.model());
    return folder.model();
  }
}
