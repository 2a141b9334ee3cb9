package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.NumberGrammar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether the first row of a text file names its columns, and what the columns are called.
 *
 * @param names all names, which differ
 * @param header whether the first row holds them
 */
record Headers(List<String> names, boolean header) {

  private static final Set<String> NO_VALUE =
      Set.of("?", "-", "na", "n/a", "nan", "null", "none", "inf", "-inf", "infinity", "-infinity");

  /** Fewer cells count by chance. */
  private static final int LEAST_COUNTED = 3;

  /**
   * Decides it.
   *
   * @param rows the first rows, at least one
   * @throws MalformedDataException if it cannot be known, or a name comes twice
   */
  static Headers of(TableSpec spec, String file, List<List<String>> rows)
      throws MalformedDataException {
    List<String> given = spec.givenNames();
    List<String> first = rows.getFirst().stream().map(String::strip).toList();
    boolean header =
        switch (spec.header()) {
          case YES -> true;
          case NO -> false;
          case AUTO -> given.isEmpty() ? looksLikeNames(file, rows, spec) : first.equals(given);
        };
    if (!given.isEmpty()) {
      if (given.size() != first.size()) {
        throw wrong(
            file,
            "line 1 has %s cells, but --columns names %s columns"
                .formatted(first.size(), given.size()));
      }
      return new Headers(given, header);
    }
    return new Headers(header ? named(file, first) : numbered(first.size()), header);
  }

  private static List<String> named(String file, List<String> first) throws MalformedDataException {
    List<String> names = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (String cell : first) {
      String name = cell.isEmpty() ? "c" + (names.size() + 1) : cell;
      names.add(name);
      Integer before = places.put(name, names.size());
      if (before != null) {
        throw wrong(
            file,
            "line 1: columns %s and %s are both called '%s'; --columns gives other names"
                .formatted(before, names.size(), CellException.shown(name)));
      }
    }
    return names;
  }

  private static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      names.add("c" + i);
    }
    return names;
  }

  private static boolean looksLikeNames(String file, List<List<String>> rows, TableSpec spec)
      throws MalformedDataException {
    List<String> first = rows.getFirst();
    boolean numbers = first.stream().anyMatch(cell -> isNumber(cell, spec));
    boolean names = false;
    for (int column = 0; column < first.size(); column++) {
      String cell = first.get(column);
      boolean text = !saysNothing(cell) && !isNumber(cell, spec);
      for (List<String> row : rows.subList(1, rows.size())) {
        names |= text && column < row.size() && isNumber(row.get(column), spec);
      }
    }
    if (numbers == names || counts(first, spec)) {
      throw wrong(
          file,
          "line 1 ('%s') may be names of columns or a row of data; say --header yes or no"
              .formatted(CellException.shown(String.join(",", first))));
    }
    return names;
  }

  /** Whether cells are whole numbers that count, as of pixels or years, which may be names. */
  private static boolean counts(List<String> cells, TableSpec spec) {
    boolean counts = cells.size() >= LEAST_COUNTED;
    for (int i = 0; counts && i < cells.size(); i++) {
      counts = isNumber(cells.get(i), spec) && cells.get(i).strip().matches("\\d{1,9}");
      counts =
          counts
              && (i == 0
                  || Integer.parseInt(cells.get(i).strip())
                      == Integer.parseInt(cells.get(i - 1).strip()) + 1);
    }
    return counts;
  }

  /** Whether a cell is one of those that stand for a missing value nearly everywhere. */
  private static boolean saysNothing(String cell) {
    return cell.isBlank() || NO_VALUE.contains(cell.strip().toLowerCase(Locale.ROOT));
  }

  private static boolean isNumber(String cell, TableSpec spec) {
    String text = cell.strip();
    char decimal = spec.decimal().charAt(0);
    return !Double.isNaN(NumberGrammar.parse(text.toCharArray(), 0, text.length(), decimal));
  }

  private static MalformedDataException wrong(String file, String fault) {
    return new MalformedDataException(file, MalformedDataException.WHOLE_FILE, fault);
  }
}
