package dev.ockham.core.table;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    TableProfile profile = TableProfile.read(files.train(), data, listener);
    List<ColumnData> labels = spec.labels().stream().map(profile::column).toList();
    char decimal = spec.decimal().charAt(0);
    TargetColumns targets = TargetColumns.of(data.target(), labels, decimal, profile.file());
    Belonging belonging = RowSplit.belonging(profile, spec);
    boolean[] test =
        files.test() == null
            ? RowSplit.test(classes(profile, targets, labels), belonging, profile.file())
            : new boolean[profile.rows()];
    List<Part> parts = new ArrayList<>(read(files.train(), test, targets, belonging));
    if (files.test() == null) {
      int held = parts.getLast().texts().size();
      listener.notice(
          "%s has no test part; where one is needed, it is %s of its %s rows"
              .formatted(files.shownTrain(), held, held + parts.getFirst().texts().size()));
    } else {
      parts.set(1, read(files.test(), new boolean[0], targets, null).getFirst());
    }
    return parts(files, targets, parts);
  }

  private static Parts parts(TableFiles files, TargetColumns targets, List<Part> parts)
      throws MalformedDataException {
    for (Part part : parts) {
      if (part.texts().isEmpty()) {
        throw new MalformedDataException(
            String.valueOf(files.test() == null ? files.train() : files.test()),
            MalformedDataException.WHOLE_FILE,
            "has no good row");
      }
    }
    DataRules rules =
        switch (targets.kind()) {
          case AUTO -> DataRules.NONE;
          case CLASSES -> DataRules.ofClasses(targets.names());
          case LABELS -> DataRules.NONE.withLabels(targets.names());
          case NUMBERS -> DataRules.NONE.withNumbers(targets.names());
        };
    String origin =
        files.test() == null ? files.train().toString() : files.train() + " and " + files.test();
    return new Parts(parts.getFirst(), parts.getLast(), rules, files.test() != null, origin);
  }

  private static Targets classes(
      TableProfile profile, TargetColumns targets, List<ColumnData> labels) {
    if (targets.kind() != TargetKind.CLASSES) {
      return new NoTargets(profile.rows());
    }
    int[] classes = new int[profile.rows()];
    float[] read = new float[1];
    ColumnData label = labels.getFirst();
    for (int row = 0; row < classes.length; row++) {
      targets.read(List.of(label.value(label.code(row))), read, 0);
      classes[row] = (int) read[0];
    }
    return ClassLabels.of(classes);
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
    TargetKind kind =
        !rules.classes().isEmpty()
            ? TargetKind.CLASSES
            : !rules.labels().isEmpty()
                ? TargetKind.LABELS
                : rules.numbers().isEmpty() ? TargetKind.AUTO : TargetKind.NUMBERS;
    List<String> names =
        switch (kind) {
          case CLASSES -> rules.classes();
          case LABELS -> rules.labels();
          case NUMBERS -> rules.numbers();
          case AUTO -> List.of();
        };
    List<String> labels = kind == TargetKind.AUTO ? List.of() : text.labels();
    TextTable table =
        new TextTable(asked.labelled(String.join(",", labels)), text.column(), listener);
    TargetColumns targets = TargetColumns.of(labels, kind, names, asked.decimal().charAt(0));
    TableFiles found = TableFiles.of(place, asked.test(), Path.of(""));
    Path file = Objects.requireNonNullElse(found.test(), found.train());
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
        listener.notice(
            "skipped %s bad row%s; first: %s"
                .formatted(rows.skipped(), rows.skipped() == 1 ? "" : "s", rows.first()));
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
