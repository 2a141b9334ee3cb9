package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import java.util.List;
import java.util.Locale;

/** What stands between the cells of a text file. */
final class Separators {
  private static final List<Character> OTHERS = List.of(';', '\t', '|');

  private Separators() {}

  /**
   * The separator that was given, else a tab for {@code .tsv}, else a comma.
   *
   * @param head the first lines
   * @throws MalformedDataException if the lines look as if it were another one
   */
  static char of(TableSpec spec, String file, List<String> head) throws MalformedDataException {
    char given = spec.separatorGiven();
    if (given != 0) {
      return given;
    }
    String lower = file.toLowerCase(Locale.ROOT);
    char expected = lower.endsWith(".tsv") || lower.endsWith(".tsv.gz") ? '\t' : ',';
    if (head.isEmpty()) {
      return expected;
    }
    for (char other : OTHERS) {
      int count = count(head.getFirst(), other);
      boolean same = head.stream().allMatch(line -> count(line, other) == count);
      boolean agrees =
          head.stream().allMatch(line -> count(line, expected) == count(head.getFirst(), expected));
      if (count > 0 && same && (!agrees || count(head.getFirst(), expected) == 0)) {
        throw new MalformedDataException(
            file,
            MalformedDataException.WHOLE_FILE,
            "line 1 has %s cells between '%s', not '%s'; read it with --separator %s%s"
                .formatted(
                    count + 1,
                    shown(other),
                    shown(expected),
                    other == '\t' ? "tab" : "'" + other + "'",
                    decimalCommas(head, other) ? " --decimal ," : ""));
      }
    }
    return expected;
  }

  private static String shown(char separator) {
    return separator == '\t' ? "tab" : String.valueOf(separator);
  }

  private static boolean decimalCommas(List<String> head, char separator) {
    String cells = String.join(String.valueOf(separator), head) + separator;
    return cells.matches("(?s)(.*[" + separator + "\\n])?-?\\d+,\\d+[" + separator + "].*");
  }

  /** How often a character stands outside of quotes. */
  private static int count(String line, char wanted) {
    boolean quoted = false;
    int count = 0;
    for (int i = 0; i < line.length(); i++) {
      quoted ^= line.charAt(i) == '"';
      count += !quoted && line.charAt(i) == wanted ? 1 : 0;
    }
    return count;
  }
}
