package dev.ockham.fuzz;

import dev.ockham.core.input.Examples;
import dev.ockham.core.spec.TableSpec;
import java.io.ByteArrayInputStream;
import java.util.Arrays;

/** Rows of text. */
public final class CsvTarget {

  private CsvTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data,
        bytes -> {
          try (Examples rows =
              Examples.ofCsv(
                  new ByteArrayInputStream(bytes), "rows.csv", 2, TableSpec.defaults())) {
            float[] row = new float[2];
            while (rows.next(row, 0)) {
              Arrays.fill(row, 0);
            }
          }
        });
  }
}
