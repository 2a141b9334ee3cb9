package dev.ockham.core.input;

import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.NumberRows;
import dev.ockham.core.table.TableRows;
import dev.ockham.core.table.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Rows of a table of numbers, one example a row, as {@link NumberRows} reads them. */
public final class CsvExamples implements Examples {
  private final NumberRows rows;

  private CsvExamples(TableRows rows, TableSpec spec, int inputs) {
    this.rows = new NumberRows(rows, spec, inputs);
  }

  static CsvExamples of(InputStream in, String name, int inputs, TableSpec spec)
      throws IOException {
    return new CsvExamples(Tables.open(in, name, spec), spec, inputs);
  }

  static CsvExamples of(Path file, int inputs, TableSpec spec) throws IOException {
    return new CsvExamples(Tables.open(file, spec), spec, inputs);
  }

  @Override
  public long count() {
    return UNKNOWN;
  }

  @Override
  public boolean next(float[] into, int at) throws IOException {
    return rows.next(into, at);
  }

  @Override
  public String notice() {
    return rows.notice();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
