package dev.ockham.core.sequence;

import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Bytes that should be text in UTF-8. */
public final class PlainText {

  /** Bytes of the longest text that is read. */
  public static final int LONGEST = 1 << 24;

  private PlainText() {}

  /**
   * The text of some bytes, without a byte order mark.
   *
   * @param name what messages call them
   * @throws MalformedDataException if they are too many, not UTF-8, or hold a zero
   */
  public static String of(String name, byte[] bytes) throws IOException {
    if (bytes.length > LONGEST) {
      throw new MalformedDataException(
          name,
          MalformedDataException.WHOLE_FILE,
          "is a text of %s bytes; %s are read at most".formatted(bytes.length, LONGEST));
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw new MalformedDataException(
            name, i, "is no text in UTF-8: it has a zero byte, as UTF-16 and binary files do");
      }
    }
    ByteBuffer left = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(left).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new MalformedDataException(
          name,
          left.position(),
          "byte 0x%x is not UTF-8; save the text as UTF-8"
              .formatted(bytes[Math.min(left.position(), bytes.length - 1)] & 0xFF),
          e);
    }
  }
}
