package dev.ockham.lab.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A table of text. Cells that begin with a digit or a minus sign are set as numbers.
 *
 * @param caption what it shows, with units
 * @param columns headings
 * @param rows cells, as many in each row as there are headings
 */
public record Table(String caption, List<String> columns, List<List<String>> rows) {

  /** Copies the lists. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table '%s': a row has %s cells for %s columns"
                .formatted(caption, row.size(), columns.size()));
      }
    }
  }

  /** A row of mixed cells: numbers get four significant digits. */
  public static List<String> row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell instanceof Double number ? number(number) : Objects.toString(cell));
    }
    return row;
  }

  /** Four significant digits, without a needless exponent. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && Double.isFinite(value) && (size < 1e-4 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Whether a cell is to be set as a number. */
  static boolean isNumber(String cell) {
    return cell.matches("[-−+]?[0-9∞].*");
  }
}
