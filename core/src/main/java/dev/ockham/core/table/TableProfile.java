package dev.ockham.core.table;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.ColumnKinds;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first reading of a training table: what its columns hold. */
final class TableProfile {
  /** So many different values of all columns are kept as they are, if there is a choice. */
  private static final int MOST_KEPT_TOGETHER = 1 << 19;

  private static final int CHECKED_EACH = 1024;

  /** People hear of reading after so many rows each. */
  static final int SAID_EACH = 1 << 14;

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
    List<String> byRow = new ArrayList<>(spec.labels());
    byRow.add(spec.group());
    byRow.add(spec.time());
    for (String name : source.names()) {
      columns.add(new ColumnData(name, spec.decimal().charAt(0), byRow.contains(name)));
    }
  }

  /**
   * Reads a table once.
   *
   * @param listener hears how many rows were read
   * @throws MalformedDataException naming a column that is asked for and not there, or a bad row
   */
  static TableProfile read(Path train, DataSpec data, DownloadListener listener)
      throws IOException {
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
      profile.gather(rows, ColumnKinds.parse(data.columns()).keySet(), listener);
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

  /** What hears of each good row. */
  @FunctionalInterface
  interface RowHearer {
    /**
     * Hears of one.
     *
     * @param cells of each column, null where missing
     * @param table that they are read from
     */
    void row(@Nullable String[] cells, TableRows table);
  }

  /** Goes through the good rows of a table again, in the same order. */
  void each(Path train, Set<String> wanted, DownloadListener listener, RowHearer hearer)
      throws IOException {
    boolean[] want = new boolean[columns.size()];
    for (int i = 0; i < want.length; i++) {
      want[i] = wanted.contains(columns.get(i).name());
    }
    try (GoodRows good = new GoodRows(Tables.open(train, spec), spec.onBadRow())) {
      int[] done = {0};
      each(
          good,
          want,
          (cells, table) -> {
            hearer.row(cells, table);
            done[0]++;
            if (done[0] % SAID_EACH == 0) {
              listener.reading(file, Math.min(done[0], rows), rows);
            }
          });
    }
  }

  private void each(GoodRows rows, boolean[] wanted, RowHearer hearer) throws IOException {
    RowCells cells = new RowCells(spec);
    TableRow row = new TableRow();
    @Nullable String[] found = new @Nullable String[columns.size()];
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
      for (int i = 0; i < found.length; i++) {
        found[i] =
            !wanted[i] ? null : labels.contains(i) ? cells.label(row, i) : cells.present(row, i);
      }
      hearer.row(found, rows.rows());
    }
  }

  private void gather(GoodRows rows, Set<String> said, DownloadListener listener)
      throws IOException {
    boolean[] all = new boolean[columns.size()];
    Arrays.fill(all, true);
    each(
        rows,
        all,
        (cells, table) -> {
          for (int i = 0; i < cells.length; i++) {
            columns.get(i).add(cells[i], table);
          }
          this.rows++;
          if (this.rows % CHECKED_EACH == 0) {
            keepFewer(said);
          }
          if (this.rows % SAID_EACH == 0) {
            listener.reading(file, this.rows, DownloadListener.UNKNOWN);
          }
        });
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

  /** Where all columns together have many values, those of most numbers need not be kept. */
  private void keepFewer(Set<String> said) {
    int kept = columns.stream().mapToInt(ColumnData::different).sum();
    while (kept > MOST_KEPT_TOGETHER) {
      ColumnData most = null;
      for (int i = 0; i < columns.size(); i++) {
        ColumnData column = columns.get(i);
        boolean may = column.mayOverflow() && !labels.contains(i) && !said.contains(column.name());
        if (may && (most == null || column.different() > most.different())) {
          most = column;
        }
      }
      if (most == null) {
        return;
      }
      kept -= most.different();
      most.overflow();
    }
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
