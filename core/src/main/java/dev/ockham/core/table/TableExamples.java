package dev.ockham.core.table;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.RowStore;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.RowEncoder;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the rows of a table into examples, by rules that are there already. */
final class TableExamples {
  private final TableRules rules;
  private final TargetColumns targets;
  private final TableSpec spec;
  private final DownloadListener listener;
  private final UnseenValues unseen = new UnseenValues();
  private long skipped;
  private String firstSkipped = "";
  private List<String> extra = List.of();

  TableExamples(
      TableRules rules, TargetColumns targets, TableSpec spec, DownloadListener listener) {
    this.listener = listener;
    this.rules = rules;
    this.targets = targets;
    this.spec = spec;
  }

  /** Rows that were read. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Part(MemorySegment values, Targets targets, int[] rows) {}

  /** A growing list of rows of equally many numbers, on the heap. */
  private static final class Growing {
    private final int width;
    private float[] values = {};
    private int rows;

    Growing(int width) {
      this.width = width;
    }

    /** Room for one more row; it counts once {@link #rows} is raised. */
    int place(String file) throws MalformedDataException {
      long needed = (rows + 1L) * width;
      if (needed > values.length) {
        long wanted = Math.max(needed, Math.min(values.length * 2L, Integer.MAX_VALUE - 8L));
        long free = Runtime.getRuntime().maxMemory() / 2;
        if (needed > Integer.MAX_VALUE - 8L || needed * Float.BYTES > free) {
          throw new MalformedDataException(
              file,
              MalformedDataException.WHOLE_FILE,
              "has more labels than fit into memory: %s rows of %s; give Java more with -Xmx"
                  .formatted(rows, width));
        }
        values = Arrays.copyOf(values, (int) Math.max(needed, Math.max(wanted, 1024)));
      }
      return rows * width;
    }

    float[] filled() {
      return Arrays.copyOf(values, rows * width);
    }
  }

  /**
   * Reads a table and deals its rows out to two parts.
   *
   * @param stores where the numbers of each part go; one or two
   * @param expected how many rows there may be, for people; 0 if nobody knows
   * @param second true for each good row, in order, that belongs to the second part; rows behind
   *     its end belong to the first
   */
  List<Part> read(Path file, List<RowStore> stores, boolean[] second, int expected)
      throws IOException {
    RowEncoder encoder = new RowEncoder(rules);
    RowCells cells = new RowCells(rules.trim(), rules.missing(), rules.labelSuffix());
    float[] values = new float[encoder.width()];
    Growing[] wanted = {new Growing(targets.width()), new Growing(targets.width())};
    int[][] numbers = new int[2][64];
    try (GoodRows rows = new GoodRows(opened(file), spec.onBadRow())) {
      RuleColumns columns = columns(encoder, rows);
      int[] labels = targets.asksNothing() ? new int[0] : columns.targets();
      TableRow row = new TableRow();
      for (int number = 0; rows.next(row); ) {
        List<String> label = new ArrayList<>();
        for (int place : labels) {
          label.add(cells.label(row, place));
        }
        if (label.contains("")) {
          String column = rules.targets().get(label.indexOf(""));
          rows.bad(rows.wrong("column '%s' has no value to learn".formatted(column)));
          continue;
        }
        int part = number < second.length && second[number] ? 1 : 0;
        number++;
        try {
          int at = wanted[part].place(rows.rows().file());
          String fault = targets.read(label, wanted[part].values, at);
          if (!fault.isEmpty()) {
            throw rows.wrong(fault);
          }
          columns.encode(row, rows.rows(), values, 0, unseen);
        } catch (RowException e) {
          rows.bad(e);
          continue;
        }
        stores.get(part).add(MemorySegment.ofArray(values));
        int place = wanted[part].rows++;
        if (place == numbers[part].length) {
          numbers[part] = Arrays.copyOf(numbers[part], 2 * place);
        }
        numbers[part][place] = number - 1;
        if (number % TableProfile.SAID_EACH == 0) {
          listener.reading(
              file.toString(),
              expected > 0 ? Math.min(number, expected) : number,
              expected > 0 ? expected : DownloadListener.UNKNOWN);
        }
      }
      skipped += rows.skipped();
      firstSkipped = firstSkipped.isEmpty() ? rows.first() : firstSkipped;
    }
    List<Part> parts = new ArrayList<>();
    for (int part = 0; part < stores.size(); part++) {
      parts.add(
          new Part(
              stores.get(part).numbers(),
              targets.targets(wanted[part].filled(), wanted[part].rows),
              Arrays.copyOf(numbers[part], wanted[part].rows)));
    }
    return parts;
  }

  /** Where the columns of the rules are. */
  private RuleColumns columns(RowEncoder encoder, GoodRows rows) throws IOException {
    RuleColumns columns = RuleColumns.of(encoder, spec.unknown(), rows.rows());
    extra = columns.extra();
    if (!targets.asksNothing() && columns.targets().length < rules.targets().size()) {
      throw new MalformedDataException(
          rows.rows().file(),
          MalformedDataException.WHOLE_FILE,
          "lacks the label column '%s'".formatted(String.join("', '", rules.targets())));
    }
    return columns;
  }

  /** How the file is opened: as the training table was, unless a person says otherwise. */
  private TableRows opened(Path file) throws IOException {
    ForeignFormat.requireFile(file);
    return Tables.open(file, opening(rules, spec));
  }

  /** How a table for given rules is opened. */
  static TableSpec opening(TableRules rules, TableSpec spec) {
    return spec.readAs(rules.header(), rules.separator(), rules.decimal());
  }

  UnseenValues unseen() {
    return unseen;
  }

  long skipped() {
    return skipped;
  }

  String firstSkipped() {
    return firstSkipped;
  }

  List<String> extra() {
    return extra;
  }
}
