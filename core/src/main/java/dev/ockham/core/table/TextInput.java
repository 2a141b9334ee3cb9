package dev.ockham.core.table;

import dev.ockham.core.data.GzipInput;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens text: unpacks gzip, takes off the mark of UTF-8, and refuses what is no UTF-8 at all. */
final class TextInput {
  private static final int LOOKED_AT = 4096;
  private static final int BUFFER = 1 << 16;

  private TextInput() {}

  /** Whether bytes begin as gzip does. */
  static boolean isGzip(byte[] head) {
    return head.length > 1 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B;
  }

  /** The text of a file, packed or not. */
  static InputStream open(Path file) throws IOException {
    return open(Files.newInputStream(file), file.toString());
  }

  /**
   * The text of a stream, packed or not. Owns the stream, also where this fails.
   *
   * @throws MalformedDataException if it is empty, in UTF-16, or no text
   */
  static InputStream open(InputStream in, String name) throws IOException {
    try {
      PushbackInputStream packed = new PushbackInputStream(new BufferedInputStream(in, BUFFER), 2);
      byte[] magic = packed.readNBytes(2);
      packed.unread(magic);
      InputStream text =
          isGzip(magic) ? new BufferedInputStream(new GzipInput(packed, name), BUFFER) : packed;
      PushbackInputStream checked = new PushbackInputStream(text, LOOKED_AT);
      byte[] head = checked.readNBytes(LOOKED_AT);
      int mark = check(head, name);
      checked.unread(head, mark, head.length - mark);
      return checked;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** How many bytes a mark of UTF-8 takes. */
  private static int check(byte[] head, String name) throws MalformedDataException {
    if (head.length == 0) {
      throw new MalformedDataException(name, MalformedDataException.WHOLE_FILE, "is empty");
    }
    if (starts(head, 0xFE, 0xFF) || starts(head, 0xFF, 0xFE)) {
      throw new MalformedDataException(name, 0, "is text in UTF-16; save it as UTF-8");
    }
    String other = ForeignFormat.of(head);
    if (!other.isEmpty()) {
      throw new MalformedDataException(
          name, MalformedDataException.WHOLE_FILE, "is no table: it is " + other);
    }
    for (int i = 0; i < head.length; i++) {
      if (head[i] == 0) {
        throw new MalformedDataException(
            name, i, "is no text in UTF-8: it has a zero byte, as UTF-16 and binary files do");
      }
    }
    return starts(head, 0xEF, 0xBB) && head.length > 2 && (head[2] & 0xFF) == 0xBF ? 3 : 0;
  }

  private static boolean starts(byte[] head, int first, int second) {
    return head.length > 1 && (head[0] & 0xFF) == first && (head[1] & 0xFF) == second;
  }

  /**
   * Says where a text stops being UTF-8.
   *
   * @param file where to look again
   */
  static MalformedDataException notUtf8(Path file) throws IOException {
    long line = 1;
    long offset = 0;
    try (InputStream in = open(file)) {
      int following = 0;
      int lead = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        boolean tail = (b & 0xC0) == 0x80;
        int length = b < 0x80 ? 0 : b >= 0xC2 && b < 0xE0 ? 1 : b >= 0xE0 && b < 0xF0 ? 2 : 3;
        boolean wrong = following > 0 ? !tail : tail || b == 0xC0 || b == 0xC1 || b > 0xF4;
        if (wrong) {
          // What lacks its tail is wrong, and not what stands in the tail's place.
          boolean cut = following > 0;
          return new MalformedDataException(
              file.toString(),
              cut ? offset - 1 : offset,
              "line %s: byte 0x%x is not UTF-8; save the file as UTF-8"
                  .formatted(line, cut ? lead : b));
        }
        lead = b;
        following = following > 0 ? following - 1 : length;
        line += b == '\n' ? 1 : 0;
        offset++;
      }
    }
    return notUtf8(file.toString());
  }

  /** As {@link #notUtf8(Path)}, where nobody can look again. */
  static MalformedDataException notUtf8(String name) {
    return new MalformedDataException(
        name, MalformedDataException.WHOLE_FILE, "is not text in UTF-8; save it as UTF-8");
  }
}
