package dev.ockham.core.array;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands before the numbers of an {@code .npy} file, format versions 1 to 3.
 *
 * @param kind type of the numbers
 * @param bigEndian whether their bytes begin with the highest
 * @param fortran whether the first index runs fastest
 * @param shape sizes; none for a single number
 * @param offset where the numbers begin
 */
record NpyHeader(
    NpyKind kind, boolean bigEndian, boolean fortran, List<Integer> shape, int offset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;

  private static final Pattern TEXT =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([<>|=]?)(\\w+)',\\s*'fortran_order':\\s*(True|False),"
              + "\\s*'shape':\\s*\\(([^)]*)\\),?\\s*\\}\\s*",
          Pattern.DOTALL);

  /** Whether bytes begin as such a file does. */
  static boolean isNpy(byte[] head) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (head.length <= i || head[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads it.
   *
   * @throws MalformedDataException naming what is wrong
   */
  static NpyHeader read(InputStream in, String name) throws IOException {
    byte[] begin = in.readNBytes(8);
    if (!isNpy(begin) || begin.length < 8) {
      String other = ForeignFormat.of(begin);
      throw new MalformedDataException(
          name, 0, "is no .npy file" + (other.isEmpty() ? "" : ", but " + other));
    }
    int version = begin[6];
    if (version < 1 || version > 3) {
      throw new MalformedDataException(name, 6, "is of .npy version " + version + ", not 1 to 3");
    }
    int bytes = version == 1 ? 2 : 4;
    byte[] size = in.readNBytes(bytes);
    long length = 0;
    for (int i = size.length - 1; i >= 0; i--) {
      length = length << 8 | (size[i] & 0xFF);
    }
    if (size.length < bytes || length > LONGEST) {
      throw new MalformedDataException(name, 8, "has a header of " + length + " bytes");
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new MalformedDataException(name, 8L + bytes, "ends within its header");
    }
    return parse(new String(text, StandardCharsets.UTF_8), 8 + bytes + text.length, name);
  }

  private static NpyHeader parse(String text, int offset, String name)
      throws MalformedDataException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      String shown = text.strip();
      throw new MalformedDataException(
          name,
          8,
          "has a header that is not understood: "
              + shown.substring(0, Math.min(120, shown.length())).replaceAll("\\p{Cc}", "?"));
    }
    NpyKind kind = NpyKind.of(matcher.group(2), name);
    List<Integer> shape = new ArrayList<>();
    for (String part : matcher.group(4).split(",", -1)) {
      String digits = part.strip();
      if (!digits.isEmpty()) {
        if (!digits.matches("\\d{1,10}L?")
            || Long.parseLong(digits.replace("L", "")) > Integer.MAX_VALUE) {
          throw new MalformedDataException(name, 8, "has a size '" + digits + "' in its shape");
        }
        shape.add(Integer.parseInt(digits.replace("L", "")));
      }
    }
    return new NpyHeader(
        kind, matcher.group(1).equals(">"), matcher.group(3).equals("True"), shape, offset);
  }

  /** How many numbers there are. */
  long count() throws ArithmeticException {
    long count = 1;
    for (int size : shape) {
      count = Math.multiplyExact(count, (long) size);
    }
    return count;
  }
}
