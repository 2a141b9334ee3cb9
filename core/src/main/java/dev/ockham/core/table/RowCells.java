package dev.ockham.core.table;

import dev.ockham.core.spec.TableSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cells of a row as the settings have them: trimmed, missing or not, labels without a suffix. */
final class RowCells {
  private final boolean trim;
  private final Set<String> missing;
  private final String suffix;

  RowCells(TableSpec spec) {
    this(spec.trim(), spec.missingWords(), spec.labelSuffix());
  }

  RowCells(boolean trim, List<String> missing, String suffix) {
    this.trim = trim;
    this.missing = Set.copyOf(missing);
    this.suffix = suffix;
  }

  /** A cell as it counts. */
  String cell(TableRow row, int column) {
    int from = row.start(column);
    int to = row.end(column);
    char[] text = row.text();
    while (trim && from < to && isBlank(text[from])) {
      from++;
    }
    while (trim && from < to && isBlank(text[to - 1])) {
      to--;
    }
    return new String(text, from, to - from);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** A cell as it counts, or null if it says that there is no value. */
  @Nullable String present(TableRow row, int column) {
    String cell = cell(row, column);
    return cell.isEmpty() || missing.contains(cell) ? null : cell;
  }

  /** Whether a cell says that there is no value. */
  boolean isMissing(TableRow row, int column) {
    String cell = cell(row, column);
    return cell.isEmpty() || missing.contains(cell);
  }

  /** A label; empty where it is missing. */
  String label(TableRow row, int column) {
    String cell = cell(row, column);
    if (cell.isEmpty() || missing.contains(cell)) {
      return "";
    }
    return !suffix.isEmpty() && cell.endsWith(suffix)
        ? cell.substring(0, cell.length() - suffix.length())
        : cell;
  }
}
