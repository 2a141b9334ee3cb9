package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.BadRows;
import java.io.Closeable;
import java.io.IOException;

/** The rows of a table that can be read; of the others, the first fails or all are counted. */
final class GoodRows implements Closeable {
  private final TableRows rows;
  private final BadRows policy;
  private long skipped;
  private String first = "";

  GoodRows(TableRows rows, BadRows policy) {
    this.rows = rows;
    this.policy = policy;
  }

  TableRows rows() {
    return rows;
  }

  /**
   * Goes to the next good row.
   *
   * @throws MalformedDataException if a row is bad and none may be
   */
  boolean next(TableRow row) throws IOException {
    while (true) {
      try {
        return rows.next(row);
      } catch (RowException e) {
        bad(e);
      }
    }
  }

  /** That a row which could be read is no example. */
  RowException wrong(String fault) {
    return new RowException(rows.file(), rows.where(), fault);
  }

  /**
   * Counts a bad row.
   *
   * @throws MalformedDataException if none may be
   */
  void bad(RowException e) throws MalformedDataException {
    String message = String.valueOf(e.getMessage());
    if (policy == BadRows.FAIL) {
      String fault = message.substring(Math.min(message.length(), rows.file().length() + 2));
      throw new MalformedDataException(rows.file(), MalformedDataException.WHOLE_FILE, fault, e);
    }
    skipped++;
    first = first.isEmpty() ? message : first;
  }

  /** How many rows were bad. */
  long skipped() {
    return skipped;
  }

  /** What was said of the first of them. */
  String first() {
    return first;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
