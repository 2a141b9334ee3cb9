package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps readers away from what never ends: a pipe that nobody writes to, a device. */
public final class RegularFile {

  private RegularFile() {}

  /**
   * Checks that a path is no pipe and no device; whether there is a file at all is seen by opening
   * it.
   *
   * @throws FileSystemException naming it
   */
  public static void require(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a pipe or a device, and no file; write it to a file first");
    }
  }
}
