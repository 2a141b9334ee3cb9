package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file's content is not what its format allows. The message is one line: file, byte offset, field
 * and what is wrong with it.
 */
public final class MalformedFileException extends IOException {
  private static final int MAX_QUOTED = 300;

  private final transient Path file;
  private final long byteOffset;
  private final String field;

  /**
   * Describes one fault.
   *
   * @param file the file that was read
   * @param byteOffset where in the file the faulty part begins
   * @param field tensor, metadata key or part of the format that is wrong
   * @param problem what is wrong, with the value found
   */
  public MalformedFileException(Path file, long byteOffset, String field, String problem) {
    super("%s: byte %s: %s: %s".formatted(file, byteOffset, oneLine(field), oneLine(problem)));
    this.file = file;
    this.byteOffset = byteOffset;
    this.field = field;
  }

  /** The file that was read. */
  public Path file() {
    return file;
  }

  /** Where in the file the faulty part begins. */
  public long byteOffset() {
    return byteOffset;
  }

  /** Tensor, metadata key or part of the format that is wrong. */
  public String field() {
    return field;
  }

  /** Both texts may quote the file, which may hold anything. */
  private static String oneLine(String text) {
    String clipped =
        text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + " (shortened)";
    return clipped.replaceAll("\\p{Cc}", "?");
  }
}
