package dev.ockham.core.data;

import dev.ockham.core.picture.PictureException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A data file that cannot be what it should be. The message is one line that names the file, what
 * is wrong with its value, and where.
 */
public final class MalformedDataException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The {@link #offset()} of a fault that no single byte shows, such as a wrong hash. */
  public static final long WHOLE_FILE = -1;

  private final String file;
  private final long offset;

  /**
   * Describes one fault.
   *
   * @param file the file's path, or the name of a bundled file
   * @param offset byte offset of the fault: in the unpacked contents, or in the packed file where
   *     the packing itself is broken; {@link #WHOLE_FILE} where no byte can be named
   * @param fault what is wrong, with the value found and the value expected
   */
  public MalformedDataException(String file, long offset, String fault) {
    super(file + ": " + fault + (offset == WHOLE_FILE ? "" : " (byte " + offset + ")"));
    this.file = file;
    this.offset = offset;
  }

  /** Describes one fault that another exception shows. */
  public MalformedDataException(String file, long offset, String fault, @Nullable Throwable cause) {
    this(file, offset, fault);
    if (cause != null) {
      initCause(cause);
    }
  }

  /** What a file is said to be that was opened as a picture, or as one of many files. */
  public static MalformedDataException of(PictureException e) {
    return new MalformedDataException(e.place(), WHOLE_FILE, e.fault(), e);
  }

  /** The file's path, or the name of a bundled file. */
  public String file() {
    return file;
  }

  /** Byte offset of the fault, or {@link #WHOLE_FILE}. */
  public long offset() {
    return offset;
  }
}
