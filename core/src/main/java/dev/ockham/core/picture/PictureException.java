package dev.ockham.core.picture;

import java.io.EOFException;
import java.io.IOException;

/** Pictures that cannot be read. The message is one line that names the file and what is wrong. */
public final class PictureException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String fault;

  /**
   * Describes one fault.
   *
   * @param place the file's path, with the entry where it is in an archive
   * @param fault what is wrong, with the value found
   */
  public PictureException(String place, String fault) {
    super(place + ": " + fault);
    this.place = place;
    this.fault = fault;
  }

  /** What a decoder says of a broken file; decoders answer with exceptions of many kinds. */
  static PictureException broken(String place, Exception reason) {
    String said = reason.getMessage();
    PictureException result =
        new PictureException(
            place,
            "broken picture: "
                + (said == null
                    ? reason instanceof EOFException
                        ? "the file is cut off"
                        : reason.getClass().getSimpleName()
                    : said.lines().findFirst().orElse("")));
    result.initCause(reason);
    return result;
  }

  /** The file's path, with the entry where it is in an archive. */
  public String place() {
    return place;
  }

  /** What is wrong. */
  public String fault() {
    return fault;
  }
}
