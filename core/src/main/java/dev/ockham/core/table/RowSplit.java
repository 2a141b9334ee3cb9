package dev.ockham.core.table;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.Split;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.NumberGrammar;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Which rows of one table are held out to test on, and what else splits go by. */
final class RowSplit {
  /** Part of the rows to test on where nobody says which; chosen by seed 0. */
  static final double TEST_FRACTION = 0.2;

  private static final Pattern ISO =
      Pattern.compile("\\d{4}-\\d{2}(-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z?)?)?");

  private RowSplit() {}

  /** What rows belong to, by the column of groups or time; nothing without one. */
  static Belonging belonging(TableProfile profile, TableSpec spec) throws MalformedDataException {
    if (!spec.group().isEmpty()) {
      return groups(profile.column(spec.group()));
    }
    return spec.time().isEmpty()
        ? Belonging.none(profile.rows())
        : times(profile.column(spec.time()), profile.file());
  }

  private static Belonging groups(ColumnData column) {
    Map<Long, Integer> numbers = new HashMap<>();
    int[] groups = new int[column.rows()];
    for (int row = 0; row < groups.length; row++) {
      Integer number = numbers.putIfAbsent(column.identity(row), numbers.size());
      groups[row] = number == null ? numbers.size() - 1 : number;
    }
    return Belonging.groups(groups);
  }

  private static Belonging times(ColumnData column, String file) throws MalformedDataException {
    int[] ranks = new int[column.rows()];
    if (column.manyNumbers()) {
      double[] sorted = new double[ranks.length];
      for (int row = 0; row < sorted.length; row++) {
        sorted[row] = column.number(row);
      }
      double[] each = Arrays.stream(sorted).sorted().distinct().toArray();
      for (int row = 0; row < ranks.length; row++) {
        ranks[row] = Arrays.binarySearch(each, column.number(row));
      }
      return Belonging.times(ranks);
    }
    if (!column.kept() || column.missing() > 0) {
      throw new MalformedDataException(
          file,
          MalformedDataException.WHOLE_FILE,
          "column '%s' is to tell the time, but %s"
              .formatted(
                  column.name(),
                  column.kept()
                      ? column.missing() + " rows have no value there"
                      : "has too many different texts"));
    }
    Integer[] codes = new Integer[column.different()];
    boolean numbers = true;
    for (int code = 0; code < codes.length; code++) {
      codes[code] = code;
      numbers &= column.isNumber(code);
    }
    for (int code = 0; code < codes.length && !numbers; code++) {
      boolean alike = column.value(code).length() == column.value(0).length();
      if (!alike || !ISO.matcher(column.value(code)).matches()) {
        throw new MalformedDataException(
            file,
            MalformedDataException.WHOLE_FILE,
            "%s: column '%s' is to tell the time, but '%s' is neither a number nor a date such as 2024-03-01, all of one form"
                .formatted(column.place(code), column.name(), column.value(code)));
      }
    }
    if (numbers) {
      Arrays.sort(codes, (a, b) -> Double.compare(parse(column, a), parse(column, b)));
    } else {
      Arrays.sort(codes, (a, b) -> column.value(a).compareTo(column.value(b)));
    }
    int[] rankOf = new int[codes.length];
    for (int rank = 0; rank < codes.length; rank++) {
      rankOf[codes[rank]] = rank;
    }
    for (int row = 0; row < ranks.length; row++) {
      ranks[row] = rankOf[column.code(row)];
    }
    return Belonging.times(ranks);
  }

  private static double parse(ColumnData column, int code) {
    return NumberGrammar.parse(column.value(code));
  }

  /**
   * Which rows are held out to test on.
   *
   * @return true for each of them
   * @throws MalformedDataException if there are too few rows for both parts
   */
  static boolean[] test(Targets targets, Belonging belonging, String file)
      throws MalformedDataException {
    Features rows =
        Features.of(Shape.of(1), new float[targets.count()], targets).withBelonging(belonging);
    int[] heldOut = Split.stratified(rows, TEST_FRACTION, 0).validation();
    if (heldOut.length == 0 || heldOut.length == targets.count()) {
      throw new MalformedDataException(
          file,
          MalformedDataException.WHOLE_FILE,
          "has no test part, and too few rows to hold some out for it: " + targets.count());
    }
    boolean[] test = new boolean[targets.count()];
    for (int row : heldOut) {
      test[row] = true;
    }
    return test;
  }
}
