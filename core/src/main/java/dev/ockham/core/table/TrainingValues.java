package dev.ockham.core.table;

import dev.ockham.core.data.DownloadListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the training rows of a table hold in some columns: the second reading, once it is known
 * which rows are held out. It needs no memory for rows.
 */
final class TrainingValues {

  /** What is gathered of a column. */
  private static final class Gathered {
    private final ColumnData column;
    private final int[] counts;
    private double sum;
    private int missing;

    Gathered(ColumnData column, boolean asNumbers) {
      this.column = column;
      this.counts = new int[asNumbers ? 1 : column.different()];
    }

    void add(@Nullable String cell, boolean asNumber) {
      if (asNumber) {
        double number = cell == null ? Double.NaN : column.number(cell);
        boolean absent = Double.isNaN(number);
        sum += absent ? 0 : number;
        counts[0] += absent ? 0 : 1;
        missing += cell == null ? 1 : 0;
      } else {
        int code = cell == null ? ColumnData.MISSING : column.codeOf(cell);
        if (code == ColumnData.MISSING) {
          missing++;
        } else {
          counts[code]++;
        }
      }
    }
  }

  private final Map<String, Gathered> columns = new LinkedHashMap<>();

  private TrainingValues() {}

  /**
   * Reads a table again.
   *
   * @param kinds of the columns that matter
   * @param test rows that nothing may be learnt from
   */
  static TrainingValues read(
      TableProfile profile,
      Path train,
      Map<ColumnData, ColumnKind.Kind> kinds,
      boolean[] test,
      DownloadListener listener)
      throws IOException {
    TrainingValues values = new TrainingValues();
    int width = profile.columns().size();
    @Nullable Gathered[] byPlace = new @Nullable Gathered[width];
    boolean[] number = new boolean[width];
    for (int i = 0; i < width; i++) {
      ColumnData column = profile.columns().get(i);
      ColumnKind.Kind kind = kinds.get(column);
      if (kind != null) {
        number[i] = kind == ColumnKind.Kind.NUMBER;
        Gathered gathered = new Gathered(column, number[i]);
        byPlace[i] = gathered;
        values.columns.put(column.name(), gathered);
      }
    }
    int[] row = {0};
    profile.each(
        train,
        values.columns.keySet(),
        listener,
        (cells, table) -> {
          boolean heldOut = row[0] < test.length && test[row[0]];
          row[0]++;
          for (int i = 0; i < width && !heldOut; i++) {
            Gathered gathered = byPlace[i];
            if (gathered != null) {
              gathered.add(cells[i], number[i]);
            }
          }
        });
    return values;
  }

  private Gathered of(ColumnData column) {
    Gathered gathered = columns.get(column.name());
    if (gathered == null) {
      throw new IllegalStateException("column " + column.name() + " was not asked for");
    }
    return gathered;
  }

  /** The mean of a column of numbers; 0 where there are none. */
  double mean(ColumnData column) {
    Gathered gathered = of(column);
    return gathered.sum / Math.max(1, gathered.counts[0]);
  }

  /** Rows of each value, by its code. */
  int[] counts(ColumnData column) {
    return of(column).counts.clone();
  }

  /** Rows that have no value. */
  int missing(ColumnData column) {
    return of(column).missing;
  }
}
