package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A JSON object in a file, whose last member is {@code "checksum"}: SHA-256 over every byte of the
 * file, with its own 64 hexadecimal digits counted as the digit 0. No bit of the file can change
 * unnoticed. Who changes such a file by hand deletes the line of the checksum.
 *
 * @param text the object without that member, or all of a file that has none
 * @param checked whether there was a checksum, which held
 */
public record CheckedText(String text, boolean checked) {
  private static final String MEMBER = ",\n  \"" + FileChecksum.KEY + "\" : \"";
  private static final int DIGITS = 64;
  private static final String END = "\"\n}\n";
  private static final int LENGTH = MEMBER.length() + DIGITS + END.length();

  /** Of the characters around the digits, how many may differ in a checksum that was damaged. */
  private static final int MOST_DAMAGED = 6;

  /**
   * Writes or replaces a file, whole or not at all, see {@link AtomicFile#write}.
   *
   * @param object text of a JSON object that has members, none of them {@code checksum}
   */
  public static void write(Path file, String object) throws IOException {
    AtomicFile.writeString(file, added(object));
  }

  /**
   * The text with its checksum.
   *
   * @param object text of a JSON object that has members, none of them {@code checksum}
   */
  static String added(String object) {
    String end = object.stripTrailing();
    if (!end.endsWith("}")) {
      throw new IllegalArgumentException("this is no JSON object: it does not end with '}'");
    }
    String body = end.substring(0, end.length() - 1).stripTrailing();
    return body + MEMBER + digits(body + MEMBER + "0".repeat(DIGITS) + END) + END;
  }

  /**
   * Reads a file.
   *
   * @throws MalformedFileException if it is no UTF-8 text, or not as it was written
   * @throws IOException if it cannot be read
   */
  public static CheckedText read(Path file) throws IOException {
    ForeignFormat.requireFile(file);
    String all;
    try {
      all =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, "text", "is not UTF-8: the file was damaged");
    }
    int at = all.length() - LENGTH;
    int digits = at + MEMBER.length();
    if (at >= 0 && all.startsWith(MEMBER, at) && all.endsWith(END)) {
      String zeros = all.substring(0, digits) + "0".repeat(DIGITS) + all.substring(digits + DIGITS);
      if (!all.substring(digits, digits + DIGITS).equals(digits(zeros))) {
        throw damaged(file);
      }
      return new CheckedText(all.substring(0, at) + "\n}\n", true);
    }
    if (isDamaged(all, at) || isDamaged(all + "\n", at + 1)) {
      throw damaged(file);
    }
    return new CheckedText(all, false);
  }

  /** Whether a text ends with a checksum that is not quite one. */
  private static boolean isDamaged(String all, int at) {
    if (at < 0) {
      return false;
    }
    int differ = 0;
    for (int i = 0; i < LENGTH; i++) {
      int behind = i - MEMBER.length() - DIGITS;
      if (i < MEMBER.length()) {
        differ += all.charAt(at + i) == MEMBER.charAt(i) ? 0 : 1;
      } else if (behind >= 0) {
        differ += all.charAt(at + i) == END.charAt(behind) ? 0 : 1;
      }
    }
    return differ <= MOST_DAMAGED;
  }

  private static MalformedFileException damaged(Path file) {
    return new MalformedFileException(
        file,
        FileChecksum.KEY,
        "is not that of the file's bytes: it was damaged, or changed by hand; who meant to change"
            + " it deletes the line of the checksum");
  }

  private static String digits(String text) {
    MessageDigest digest = FileChecksum.sha256();
    return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
