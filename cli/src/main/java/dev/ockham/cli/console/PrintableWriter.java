package dev.ockham.cli.console;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.HexFormat;

/**
 * Writes text so that none of it commands a terminal: names and messages may come from files of
 * others. Control characters, and those that turn the direction of text around, are written as
 * {@code \u001b}. Tabs and ends of lines stay.
 */
final class PrintableWriter extends FilterWriter {

  private static final boolean RETURNS = System.lineSeparator().indexOf('\r') >= 0;

  private static final HexFormat HEX = HexFormat.of();

  PrintableWriter(Writer out) {
    super(out);
  }

  /** The same text with what a terminal would obey written out. */
  static String printable(String text) {
    int first = 0;
    while (first < text.length() && !acts(text.charAt(first))) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.substring(0, first));
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (acts(c)) {
        safe.append("\\u").append(HEX.toHexDigits(c));
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }

  private static boolean acts(char c) {
    return switch (c) {
      case '\t', '\n' -> false;
      case '\r' -> !RETURNS;
      default ->
          Character.isISOControl(c) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    };
  }

  @Override
  public void write(int c) throws IOException {
    out.write(printable(String.valueOf((char) c)));
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    out.write(printable(new String(text, from, length)));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(printable(text.substring(from, from + length)));
  }
}
