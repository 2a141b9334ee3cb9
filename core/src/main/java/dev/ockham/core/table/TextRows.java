package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.spec.TableSpec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The texts of one column of a table, row by row. Not for several threads. */
public final class TextRows implements Closeable {
  private final GoodRows rows;
  private final int place;
  private final TableRow row = new TableRow();

  private TextRows(GoodRows rows, int place) {
    this.rows = rows;
    this.place = place;
  }

  /**
   * Opens a table.
   *
   * @param column that holds the texts
   * @param spec how it is read
   * @throws MalformedDataException if it has no such column, or is broken from the start
   */
  public static TextRows open(Path file, String column, TableSpec spec) throws IOException {
    TableSpec opening = TextTable.opening(spec, column);
    GoodRows rows = new GoodRows(Tables.open(file, opening), spec.onBadRow());
    try {
      return new TextRows(rows, TextTable.place(rows.rows(), column));
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /**
   * The text of the next row; null behind the last.
   *
   * @throws MalformedDataException naming a row that cannot be read, where none may be skipped
   */
  public @Nullable String next() throws IOException {
    return rows.next(row) ? row.cell(place) : null;
  }

  /** What is to be said of rows that were skipped; empty without any. */
  public String skipped() {
    return rows.skipped() == 0 ? "" : BadRows.skipped(rows.skipped(), rows.first());
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
