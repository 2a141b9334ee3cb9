package dev.ockham.core.table;

import java.io.IOException;

/** A row that cannot be an example; the rows behind it can still be read. */
public final class RowException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes a row.
   *
   * @param file what the table is called
   * @param where the row's place, such as {@code line 7}
   * @param fault what is wrong, with the value
   */
  public RowException(String file, String where, String fault) {
    super(file + ": " + where + ": " + fault);
  }
}
