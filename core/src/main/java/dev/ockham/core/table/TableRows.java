package dev.ockham.core.table;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The rows of a table, one after the other, every cell as text, however the file stores it. Not for
 * several threads.
 */
public sealed interface TableRows extends Closeable permits DelimitedRows, ParquetRows {

  /** What messages call the table. */
  String file();

  /** Names of the columns, which all differ; {@code c1}, {@code c2} where nobody says them. */
  List<String> names();

  /** Whether the names are those of the file, so that columns can be told by them. */
  boolean named();

  /**
   * Goes to the next row.
   *
   * @param row receives the cells
   * @return false if there is none left
   * @throws RowException if the row is broken and the next one may be read
   * @throws dev.ockham.core.data.MalformedDataException if the file is
   */
  boolean next(TableRow row) throws IOException;

  /** Where the row is that was read last, such as {@code line 7}. */
  String where();

  /** The number in {@link #where}, from 1. */
  long number();
}
