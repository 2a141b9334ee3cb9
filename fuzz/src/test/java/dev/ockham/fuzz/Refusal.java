package dev.ockham.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a reader may answer to bytes that are no file of its kind: an error in one line. */
final class Refusal {

  private Refusal() {}

  /** A reader of bytes. */
  @FunctionalInterface
  interface Reader {
    void read(byte[] bytes) throws IOException;
  }

  /** A reader of a file. */
  @FunctionalInterface
  interface FileReader {
    void read(Path file) throws IOException;
  }

  /**
   * Reads, and lets pass what refuses properly.
   *
   * @throws IllegalStateException if a refusal says nothing
   */
  static void orRead(byte[] bytes, Reader reader) {
    try {
      reader.read(bytes);
    } catch (IOException e) {
      requireLine(e);
    } catch (UncheckedIOException e) {
      requireLine(e);
    } catch (IllegalArgumentException e) {
      requireLine(e);
    }
  }

  /** As {@link #orRead}, from a file that has the bytes. */
  static void orReadFile(byte[] bytes, Path file, FileReader reader) {
    orRead(
        bytes,
        given -> {
          Files.write(file, given);
          reader.read(file);
        });
  }

  private static void requireLine(Exception refusal) {
    String message = refusal.getMessage();
    if (message == null || message.isBlank()) {
      throw new IllegalStateException("a refusal that says nothing", refusal);
    }
  }
}
