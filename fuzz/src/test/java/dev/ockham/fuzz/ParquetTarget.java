package dev.ockham.fuzz;

import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.TableRow;
import dev.ockham.core.table.TableRows;
import dev.ockham.core.table.Tables;

/** Tables of Parquet. */
public final class ParquetTarget {

  private ParquetTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orReadFile(
        data,
        Scratch.file("table.parquet"),
        file -> {
          try (TableRows rows = Tables.open(file, TableSpec.defaults())) {
            TableRow row = new TableRow();
            while (rows.next(row)) {
              rows.where();
            }
          }
        });
  }
}
