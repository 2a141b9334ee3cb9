package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.NumberGrammar;
import java.io.Closeable;
import java.io.IOException;

/**
 * Rows of a table that hold the numbers of an example each, in the order in which a model takes
 * them, for a model without rules of columns. Names of columns are passed over.
 */
public final class NumberRows implements Closeable {
  private final GoodRows rows;
  private final int inputs;
  private final char decimal;
  private final TableRow row = new TableRow();
  private boolean any;

  /**
   * Reads rows from where they stand.
   *
   * @param rows closed with this
   * @param spec says what becomes of rows that cannot be read, and what a decimal mark is
   * @param inputs numbers in a row, ≥ 1
   */
  public NumberRows(TableRows rows, TableSpec spec, int inputs) {
    this.rows = new GoodRows(rows, spec.onBadRow());
    this.inputs = inputs;
    this.decimal = spec.decimal().charAt(0);
  }

  /**
   * Reads the next row; blanks round a number do not count.
   *
   * @param into receives the numbers
   * @param at index of the first of them
   * @return false if there is none left
   * @throws MalformedDataException naming the line, the column and the value that is wrong; or if
   *     there is no row at all
   */
  public boolean next(float[] into, int at) throws IOException {
    int columns = rows.rows().names().size();
    if (columns != inputs) {
      throw new MalformedDataException(
          rows.rows().file(),
          MalformedDataException.WHOLE_FILE,
          "has %s columns, the model takes %s numbers".formatted(columns, inputs));
    }
    while (rows.next(row)) {
      try {
        parse(into, at);
        any = true;
        return true;
      } catch (RowException e) {
        rows.bad(e);
      }
    }
    if (!any) {
      throw new MalformedDataException(
          rows.rows().file(), MalformedDataException.WHOLE_FILE, "holds no rows of numbers");
    }
    return false;
  }

  private void parse(float[] into, int at) throws RowException {
    char[] text = row.text();
    for (int i = 0; i < inputs; i++) {
      int from = row.start(i);
      int to = row.end(i);
      while (from < to && text[from] == ' ') {
        from++;
      }
      while (from < to && text[to - 1] == ' ') {
        to--;
      }
      float value = (float) NumberGrammar.parse(text, from, to, decimal);
      if (!Float.isFinite(value)) {
        throw rows.wrong(
            "column %s: '%s' is not a finite number"
                .formatted(i + 1, CellException.shown(row.cell(i))));
      }
      into[at + i] = value;
    }
  }

  /** What is to be said at the end, of rows that were skipped; empty for nothing. */
  public String notice() {
    return rows.skipped() == 0
        ? ""
        : "%s rows were skipped; the first: %s".formatted(rows.skipped(), rows.first());
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
