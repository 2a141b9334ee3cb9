package dev.ockham.cli.console;

import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.SafetensorsContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command that writes a model may replace: models, and nothing else. */
public final class ReplaceableModel {

  private ReplaceableModel() {}

  /**
   * Refuses a file that is there and is no model: a slip such as {@code --out RUN/run.json} must
   * not cost a run.
   *
   * @throws RunException naming the file
   */
  public static void require(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new RunException("%s is a folder, not the name of a file".formatted(file));
    }
    if (Files.isRegularFile(file) && Files.size(file) > 0) {
      if (!isModel(file)) {
        throw new RunException(
            "%s exists and is not a model; name another file, or delete it".formatted(file));
      }
    }
  }

  /** By its head alone: a model may be larger than memory. */
  private static boolean isModel(Path file) throws IOException {
    try {
      return ModelFile.FORMAT.equals(SafetensorsContents.read(file).metadata().get("format"));
    } catch (MalformedFileException e) {
      return false;
    }
  }
}
