package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file's content is not what its format allows. The message is one line: file, byte offset where
 * that is known, field and what is wrong with it.
 */
public final class MalformedFileException extends IOException {
  private static final int MAX_QUOTED = 300;

  private final String file;
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
    this(file.toString(), byteOffset, field, problem);
  }

  /**
   * Describes one fault.
   *
   * @param file what was read, as messages call it
   * @param byteOffset where in it the faulty part begins
   * @param field tensor, metadata key or part of the format that is wrong
   * @param problem what is wrong, with the value found
   */
  MalformedFileException(String file, long byteOffset, String field, String problem) {
    super("%s: byte %s: %s: %s".formatted(file, byteOffset, oneLine(field), oneLine(problem)));
    this.file = file;
    this.byteOffset = byteOffset;
    this.field = field;
  }

  /**
   * Describes a fault whose place in the file is not known, or says nothing to people.
   *
   * @param file the file that was read
   * @param field part of the content that is wrong
   * @param problem what is wrong, with the value found
   */
  public MalformedFileException(Path file, String field, String problem) {
    super("%s: %s: %s".formatted(file, oneLine(field), oneLine(problem)));
    this.file = file.toString();
    this.byteOffset = -1;
    this.field = field;
  }

  /** The file that was read, or what else messages call it. */
  public String file() {
    return file;
  }

  /** Where in the file the faulty part begins; −1 where that is not said. */
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
