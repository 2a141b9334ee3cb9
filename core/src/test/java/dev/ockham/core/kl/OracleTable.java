package dev.ockham.core.kl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A CSV of 20-digit reference values from the test resources, by column name. */
record OracleTable(List<String> columns, List<double[]> rows) {
  static OracleTable load(String name) {
    try (InputStream in = Objects.requireNonNull(OracleTable.class.getResourceAsStream(name))) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return new OracleTable(
          List.of(lines.getFirst().split(",", -1)),
          lines.stream()
              .skip(1)
              .map(line -> Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble))
              .map(values -> values.toArray())
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  double[] column(String name) {
    int index = columns.indexOf(name);
    return rows.stream().mapToDouble(row -> row[index]).toArray();
  }
}
