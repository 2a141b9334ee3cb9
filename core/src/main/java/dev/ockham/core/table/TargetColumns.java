package dev.ockham.core.table;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.NumberGrammar;
import dev.ockham.runtime.file.DataRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the label columns of a table ask: one column of text, or of few whole numbers, asks for
 * classes; one of other numbers, or several of numbers, for numbers; several of 0 and 1 for labels.
 */
final class TargetColumns {
  /** A column of more whole numbers asks for numbers. */
  static final int MOST_WHOLE_CLASSES = 20;

  /** More are no classes but identifiers. */
  static final int MOST_CLASSES = 1000;

  private static final Map<String, Integer> TRUTH =
      Map.of(
          "0", 0, "1", 1, "false", 0, "true", 1, "no", 0, "yes", 1, "f", 0, "t", 1, "n", 0, "y", 1);

  private final TargetKind kind;
  private final List<String> names;
  private final List<String> columns;
  private final Map<String, Integer> classes = new HashMap<>();
  private final boolean wholeClasses;
  private final char decimal;

  private TargetColumns(
      TargetKind kind,
      List<String> names,
      List<String> columns,
      boolean wholeClasses,
      char decimal) {
    this.kind = kind;
    this.names = names;
    this.columns = columns;
    this.wholeClasses = wholeClasses;
    this.decimal = decimal;
    for (String name : names) {
      classes.put(name, classes.size());
    }
  }

  /** Whether there is nothing to learn, so that labels are not looked at. */
  boolean asksNothing() {
    return kind == TargetKind.AUTO;
  }

  /** The targets of examples that a model's rules are for. */
  static TargetColumns of(List<String> columns, DataRules rules, char decimal) {
    TargetKind kind = TargetKind.of(rules);
    List<String> names = kind.names(rules);
    boolean whole =
        kind == TargetKind.CLASSES
            && names.stream().allMatch(name -> isWhole(NumberGrammar.parse(name)));
    return new TargetColumns(kind, names, columns, whole, decimal);
  }

  /**
   * What columns ask for.
   *
   * @param asked what a person said, or auto
   * @param columns the label columns of the training table; none ask for nothing
   * @throws MalformedDataException naming the column that cannot be what it should
   */
  static TargetColumns of(TargetKind asked, List<ColumnData> columns, char decimal, String file)
      throws MalformedDataException {
    List<String> names = columns.stream().map(ColumnData::name).toList();
    TargetKind kind = asked == TargetKind.AUTO ? found(columns) : asked;
    return switch (kind) {
      case AUTO -> new TargetColumns(kind, List.of(), List.of(), false, decimal);
      case CLASSES -> classes(columns, decimal, file);
      case LABELS -> {
        for (ColumnData column : columns) {
          requireTruth(column, file);
        }
        yield new TargetColumns(kind, names, names, false, decimal);
      }
      case NUMBERS -> {
        for (ColumnData column : columns) {
          requireNumbers(column, file);
        }
        yield new TargetColumns(kind, names, names, false, decimal);
      }
    };
  }

  private static TargetKind found(List<ColumnData> columns) {
    if (columns.isEmpty()) {
      return TargetKind.AUTO;
    }
    if (columns.size() > 1) {
      return columns.stream().allMatch(TargetColumns::isTruth)
          ? TargetKind.LABELS
          : TargetKind.NUMBERS;
    }
    ColumnData column = columns.getFirst();
    if (column.manyNumbers()) {
      return TargetKind.NUMBERS;
    }
    boolean whole = true;
    boolean numbers = column.kept();
    for (int code = 0; code < column.different(); code++) {
      numbers &= column.isNumber(code);
      whole &= numbers && isWhole(NumberGrammar.parse(column.value(code)));
    }
    return numbers && !(whole && column.different() <= MOST_WHOLE_CLASSES)
        ? TargetKind.NUMBERS
        : TargetKind.CLASSES;
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53;
  }

  private static boolean isTruth(ColumnData column) {
    if (!column.kept()) {
      return false;
    }
    for (int code = 0; code < column.different(); code++) {
      if (!TRUTH.containsKey(column.value(code).toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private static TargetColumns classes(List<ColumnData> columns, char decimal, String file)
      throws MalformedDataException {
    ColumnData column = columns.getFirst();
    if (columns.size() > 1) {
      throw wrong(file, columns.get(1), "is a second label; classes come from one column");
    }
    if (!column.kept() || column.different() > MOST_CLASSES) {
      throw wrong(
          file,
          column,
          "has more than %s different values, too many for classes%s"
              .formatted(
                  MOST_CLASSES,
                  column.manyNumbers() ? "; --set data.target=numbers predicts the numbers" : ""));
    }
    boolean whole = true;
    for (int code = 0; code < column.different(); code++) {
      whole &= column.isNumber(code) && isWhole(NumberGrammar.parse(column.value(code)));
    }
    List<String> values = new ArrayList<>();
    for (int code = 0; code < column.different(); code++) {
      values.add(whole ? canonical(column.value(code)) : column.value(code));
    }
    Comparator<String> order =
        whole ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder();
    List<String> names = values.stream().distinct().sorted(order).toList();
    if (names.size() < 2) {
      throw wrong(
          file,
          column,
          names.isEmpty()
              ? "has no values to learn"
              : "is '%s' in every row; there is nothing to learn"
                  .formatted(CellException.shown(names.getFirst())));
    }
    return new TargetColumns(TargetKind.CLASSES, names, List.of(column.name()), whole, decimal);
  }

  private static String canonical(String whole) {
    return Long.toString((long) NumberGrammar.parse(whole));
  }

  private static void requireTruth(ColumnData column, String file) throws MalformedDataException {
    for (int code = 0; code < column.different(); code++) {
      if (!TRUTH.containsKey(column.value(code).toLowerCase(Locale.ROOT))) {
        throw wrong(
            file,
            column,
            "holds '%s' (%s); a label is 0 or 1, or true or false"
                .formatted(CellException.shown(column.value(code)), column.place(code)));
      }
    }
    if (!column.kept()) {
      throw wrong(file, column, "has more than two values; a label is 0 or 1");
    }
  }

  private static void requireNumbers(ColumnData column, String file) throws MalformedDataException {
    for (int code = 0; code < column.different(); code++) {
      if (!column.isNumber(code)) {
        throw wrong(
            file,
            column,
            "holds '%s' (%s), which is not a number"
                .formatted(CellException.shown(column.value(code)), column.place(code)));
      }
    }
    if (column.firstText() != null || (!column.kept() && !column.manyNumbers())) {
      throw wrong(file, column, "holds text, not only numbers");
    }
    if (column.kept() && column.different() < 2) {
      throw wrong(file, column, "has one value only; there is nothing to learn");
    }
  }

  private static MalformedDataException wrong(String file, ColumnData column, String fault) {
    return new MalformedDataException(
        file,
        MalformedDataException.WHOLE_FILE,
        "label column '%s' %s".formatted(column.name(), fault));
  }

  /** What is asked; auto where nothing is. */
  TargetKind kind() {
    return kind;
  }

  /** Names of the classes, labels or numbers. */
  List<String> names() {
    return names;
  }

  /** Rules that also name what is asked. */
  DataRules named(DataRules rules) {
    return kind.named(rules, names);
  }

  /** How many numbers belong to a row: one for a class, or one for each label or number. */
  int width() {
    return kind == TargetKind.CLASSES ? 1 : names.size();
  }

  /**
   * The targets in a row's cells.
   *
   * @param cells one for each label column, trimmed, without a suffix; empty where missing
   * @param into receives {@link #width} numbers
   * @return what is wrong; empty if nothing is
   */
  String read(List<String> cells, float[] into, int at) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      if (cell.isEmpty()) {
        return "column '%s' has no value to learn".formatted(columns.get(i));
      }
      double value = value(cell);
      if (!Float.isFinite((float) value)) {
        return "column '%s': '%s' %s"
            .formatted(
                columns.get(i),
                CellException.shown(cell),
                switch (kind) {
                  case CLASSES -> "is a class that training has not; it has " + someNames();
                  case LABELS -> "is neither 0 nor 1";
                  case NUMBERS, AUTO -> "is not a number of 32 bits";
                });
      }
      into[at + i] = (float) value;
    }
    return "";
  }

  private String someNames() {
    String some = String.join(", ", names.subList(0, Math.min(10, names.size())));
    return names.size() > 10 ? some + ", ..." : some;
  }

  private double value(String cell) {
    return switch (kind) {
      case CLASSES -> {
        double number = wholeClasses ? NumberGrammar.parse(cell) : 0;
        String name = wholeClasses && isWhole(number) ? canonical(cell) : cell;
        Integer label = classes.get(name);
        yield label == null ? Double.NaN : label;
      }
      case LABELS -> {
        Integer label = TRUTH.get(cell.toLowerCase(Locale.ROOT));
        yield label == null ? Double.NaN : label;
      }
      case NUMBERS, AUTO -> NumberGrammar.parse(cell.toCharArray(), 0, cell.length(), decimal);
    };
  }

  /**
   * Targets of rows that were read.
   *
   * @param values {@code [rows, width]}
   */
  Targets targets(float[] values, int rows) {
    return switch (kind) {
      case AUTO -> new NoTargets(rows);
      case NUMBERS -> Numbers.of(width(), values);
      case CLASSES -> {
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
          labels[i] = (int) values[i];
        }
        yield ClassLabels.of(labels);
      }
      case LABELS -> {
        byte[] set = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
          set[i] = (byte) values[i];
        }
        yield LabelSets.of(width(), set);
      }
    };
  }
}
