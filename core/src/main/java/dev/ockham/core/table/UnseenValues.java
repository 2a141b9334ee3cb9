package dev.ockham.core.table;

import dev.ockham.runtime.data.CellException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values that training has never seen, counted by column. Not for several threads. */
public final class UnseenValues {

  private record Seen(long count, String first) {}

  private final Map<String, Seen> columns = new TreeMap<>();

  /** Counts one. */
  void add(String column, String value, String where) {
    Seen before = columns.get(column);
    columns.put(
        column,
        before == null
            ? new Seen(
                1,
                value.isEmpty()
                    ? "nothing, " + where
                    : "'%s', %s".formatted(CellException.shown(value), where))
            : new Seen(before.count() + 1, before.first()));
  }

  /** Adds those of rows further down. */
  public void add(UnseenValues others) {
    others.columns.forEach((column, seen) ->
        columns.merge(
            column, seen, (own, more) -> new Seen(own.count() + more.count(), own.first())));
  }

  /** Whether all values were seen in training. */
  public boolean isEmpty() {
    return columns.isEmpty();
  }

  /** A line for each column that has values which training did not see. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    columns.forEach((column, seen) ->
        lines.add(
            "column '%s': %s value%s that training has not seen (first: %s)"
                .formatted(column, seen.count(), seen.count() == 1 ? "" : "s", seen.first())));
    return lines;
  }
}
