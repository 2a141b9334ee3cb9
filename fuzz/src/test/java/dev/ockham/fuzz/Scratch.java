package dev.ockham.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where targets put files: a folder in memory where there is one, deleted at the end. */
final class Scratch {

  private static final Path MEMORY = Path.of("/dev/shm");

  private static final Path FOLDER = make();

  private Scratch() {}

  private static Path make() {
    try {
      Path folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "ockham-fuzz-")
              : Files.createTempDirectory("ockham-fuzz-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file or folder of a name. */
  static Path file(String name) {
    return FOLDER.resolve(name);
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The machine's own cleaning finds it.
    }
  }
}
