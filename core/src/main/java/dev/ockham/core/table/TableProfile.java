package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.ColumnKinds;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The first reading of a training table: what its columns hold. */
final class TableProfile {
  private final String file;
  private final TableSpec spec;
  private final boolean header;
  private final char separator;
  private final List<ColumnData> columns = new ArrayList<>();
  private final Set<Integer> labels = new HashSet<>();
  private int rows;

  private TableProfile(TableRows source, TableSpec spec) {
    this.file = source.file();
    this.spec = spec;
    this.header = source instanceof DelimitedRows text ? text.shape().header() : source.named();
    this.separator =
        source instanceof DelimitedRows delimited ? delimited.shape().separator() : ',';
    for (String name : source.names()) {
      columns.add(new ColumnData(name, spec.decimal().charAt(0)));
    }
  }

  /**
   * Reads a table once.
   *
   * @throws MalformedDataException naming a column that is asked for and not there, or a bad row
   */
  static TableProfile read(Path train, DataSpec data) throws IOException {
    TableSpec spec = data.table();
    try (GoodRows rows = new GoodRows(Tables.open(train, spec), spec.onBadRow())) {
      TableProfile profile = new TableProfile(rows.rows(), spec);
      profile.requireColumns("data.table.label", spec.labels());
      profile.requireColumns("data.table.features", spec.featureNames());
      profile.requireColumns("data.table.drop", spec.dropped());
      profile.requireColumns("data.table.group", one(spec.group()));
      profile.requireColumns("data.table.time", one(spec.time()));
      profile.requireColumns(
          "data.columns", List.copyOf(ColumnKinds.parse(data.columns()).keySet()));
      spec.labels().forEach(label -> profile.labels.add(profile.names().indexOf(label)));
      profile.gather(rows);
      return profile;
    }
  }

  private static List<String> one(String name) {
    return name.isEmpty() ? List.of() : List.of(name);
  }

  private void requireColumns(String leaf, List<String> wanted) throws MalformedDataException {
    for (String name : wanted) {
      if (!names().contains(name)) {
        List<String> some = names().subList(0, Math.min(30, names().size()));
        throw new MalformedDataException(
            file,
            MalformedDataException.WHOLE_FILE,
            "has no column '%s' (%s)%s; it has: %s"
                .formatted(name, leaf, Nearest.hint(name, names()), String.join(", ", some)));
      }
    }
  }

  private void gather(GoodRows rows) throws IOException {
    RowCells cells = new RowCells(spec);
    TableRow row = new TableRow();
    while (rows.next(row)) {
      String lacking = "";
      for (int label : labels) {
        if (cells.isMissing(row, label)) {
          lacking = columns.get(label).name();
        }
      }
      if (!lacking.isEmpty()) {
        rows.bad(rows.wrong("column '%s' has no value to learn".formatted(lacking)));
        continue;
      }
      String where = rows.rows().where();
      for (int i = 0; i < columns.size(); i++) {
        String cell =
            labels.contains(i)
                ? cells.label(row, i)
                : cells.isMissing(row, i) ? null : cells.cell(row, i);
        columns.get(i).add(cell, where);
      }
      this.rows++;
    }
    if (this.rows == 0) {
      throw new MalformedDataException(
          file,
          MalformedDataException.WHOLE_FILE,
          rows.skipped() == 0 ? "has no rows" : "has no good row; first: " + rows.first());
    }
  }

  String file() {
    return file;
  }

  boolean header() {
    return header;
  }

  char separator() {
    return separator;
  }

  /** Names of all columns. */
  List<String> names() {
    return columns.stream().map(ColumnData::name).toList();
  }

  /** All columns. */
  List<ColumnData> columns() {
    return List.copyOf(columns);
  }

  /** A column by its name. */
  ColumnData column(String name) {
    return columns.get(names().indexOf(name));
  }

  /** How many good rows there are. */
  int rows() {
    return rows;
  }
}
