package dev.ockham.cli.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Folders that something is written to after hours: asked of now, made then. */
public final class WritableFolder {

  private WritableFolder() {}

  /**
   * Refuses a folder that can neither be written to nor be made. Makes nothing.
   *
   * @throws AccessDeniedException if it, or the nearest folder above it, must not be written to
   * @throws FileAlreadyExistsException if a file is where a folder should be
   */
  public static void require(Path folder) throws IOException {
    for (@Nullable Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        if (!Files.isDirectory(at)) {
          throw new FileAlreadyExistsException(at.toString());
        }
        if (!Files.isWritable(at)) {
          throw new AccessDeniedException(folder.toString());
        }
        return;
      }
    }
  }
}
