package dev.ockham.core.table;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of which one column holds texts, as texts with targets; splits and targets are as those
 * of {@link TableData}.
 */
public final class TextTable {

  private final TableSpec spec;
  private final String column;
  private final DownloadListener listener;

  private TextTable(TableSpec spec, String column, DownloadListener listener) {
    this.spec = opening(spec, column);
    this.column = column;
    this.listener = listener;
  }

  /**
   * Texts of a part.
   *
   * @param texts one for each row
   * @param targets one for each row
   * @param belonging what rows belong to
   */
  public record Part(List<String> texts, Targets targets, Belonging belonging) {}

  /**
   * A table's part to train on and its part to test on.
   *
   * @param rules names of the classes, labels or numbers
   * @param testGiven whether the test part came as such
   * @param origin where they came from, for people
   */
  public record Parts(Part train, Part test, DataRules rules, boolean testGiven, String origin) {}

  /**
   * How a table is opened that has a column of texts: its first row names the columns, unless a
   * person says otherwise, or calls the column {@code c1} or so.
   */
  public static TableSpec opening(TableSpec spec, String column) {
    return spec.givenNames().isEmpty() && !column.matches("c[0-9]+")
        ? spec.readAs(true, "", spec.decimal())
        : spec;
  }

  /**
   * The place of a column among those of a table.
   *
   * @throws MalformedDataException naming the columns that there are
   */
  public static int place(TableRows rows, String column) throws MalformedDataException {
    int place = rows.names().indexOf(column);
    if (place < 0) {
      List<String> names = rows.names().subList(0, Math.min(30, rows.names().size()));
      throw new MalformedDataException(
          rows.file(),
          MalformedDataException.WHOLE_FILE,
          "has no column '%s' of texts%s; it has: %s"
              .formatted(
                  column,
                  Nearest.hint(column, rows.names()),
                  CellException.shown(String.join(", ", names))));
    }
    return place;
  }

  /**
   * Reads a table, or the two tables of a training and a test part.
   *
   * @param place a file, or a folder of tables
   * @param data how it is read; its text has a column
   * @param working what relative paths start from
   * @throws MalformedDataException naming file, row, column and value of what is wrong
   */
  public static Parts read(Path place, DataSpec data, Path working, DownloadListener listener)
      throws IOException {
    TextTable table = new TextTable(data.table(), data.text().column(), listener);
    return table.parts(
        TableFiles.of(place, data.table().test(), working), data.withTable(table.spec));
  }

  private Parts parts(TableFiles files, DataSpec data) throws IOException {
    TableSplit split = TableSplit.read(files, data, listener);
    TargetColumns targets = split.targets();
    List<Part> parts =
        new ArrayList<>(read(files.train(), split.test(), targets, split.belonging()));
    if (files.test() == null) {
      listener.notice(
          files.heldOut(parts.getLast().texts().size(), parts.getFirst().texts().size()));
    } else {
      parts.set(1, read(files.test(), new boolean[0], targets, null).getFirst());
    }
    return parts(files, targets, parts);
  }

  private static Parts parts(TableFiles files, TargetColumns targets, List<Part> parts)
      throws MalformedDataException {
    for (Part part : parts) {
      files.requireRows(part.texts().size());
    }
    DataRules rules = targets.named(DataRules.NONE);
    return new Parts(
        parts.getFirst(), parts.getLast(), rules, files.test() != null, files.origin());
  }

  /**
   * Reads a table by what a model knows.
   *
   * @param place a file, or a folder of tables: then its test part, if it has one
   * @param rules the model's, with a text
   * @param asked what else is said of reading
   */
  public static Parts readBy(
      Path place, DataRules rules, TableSpec asked, DownloadListener listener) throws IOException {
    TextRules text = rules.text().orElseThrow();
    TargetColumns targets = TargetColumns.of(text.labels(), rules, asked.decimal().charAt(0));
    String labels = targets.asksNothing() ? "" : String.join(",", text.labels());
    TextTable table = new TextTable(asked.labelled(labels), text.column(), listener);
    Path file = TableFiles.of(place, asked.test(), Path.of("")).last();
    Part part = table.read(file, new boolean[0], targets, null).getFirst();
    return parts(new TableFiles(file, file), targets, List.of(part, part));
  }

  /** Rows in two lists, those of the second part in the second. */
  private static final class Growing {
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();
    private float[] wanted = new float[64];
  }

  private List<Part> read(
      Path file, boolean[] second, TargetColumns targets, @Nullable Belonging belonging)
      throws IOException {
    List<Growing> parts = List.of(new Growing(), new Growing());
    RowCells cells = new RowCells(spec);
    try (GoodRows rows = new GoodRows(Tables.open(file, spec), spec.onBadRow())) {
      int text = place(rows.rows(), column);
      List<Integer> labels = new ArrayList<>();
      for (String label : spec.labels()) {
        labels.add(place(rows.rows(), label));
      }
      TableRow row = new TableRow();
      for (int number = 0; rows.next(row); ) {
        List<String> label = labels.stream().map(place -> cells.label(row, place)).toList();
        if (label.contains("")) {
          rows.bad(
              rows.wrong(
                  "column '%s' has no value to learn"
                      .formatted(spec.labels().get(label.indexOf("")))));
          continue;
        }
        Growing part = parts.get(number < second.length && second[number] ? 1 : 0);
        number++;
        String fault = add(part, targets, label);
        if (!fault.isEmpty()) {
          rows.bad(rows.wrong(fault));
          continue;
        }
        part.texts.add(row.cell(text));
        part.rows.add(number - 1);
      }
      if (rows.skipped() > 0) {
        listener.notice(BadRows.skipped(rows.skipped(), rows.first()));
      }
    }
    return parts.stream().map(part -> part(part, targets, belonging)).toList();
  }

  private static String add(Growing part, TargetColumns targets, List<String> label) {
    int at = part.texts.size() * targets.width();
    if (part.wanted.length < at + targets.width()) {
      part.wanted = Arrays.copyOf(part.wanted, 2 * (at + targets.width()));
    }
    return targets.read(label, part.wanted, at);
  }

  private static Part part(Growing part, TargetColumns targets, @Nullable Belonging belonging) {
    int count = part.texts.size();
    int[] rows = part.rows.stream().mapToInt(Integer::intValue).toArray();
    return new Part(
        List.copyOf(part.texts),
        targets.targets(Arrays.copyOf(part.wanted, count * targets.width()), count),
        belonging == null ? Belonging.none(count) : belonging.select(rows));
  }
}
