package dev.ockham.runtime.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the cells of a row into the numbers that a model takes, by the rules that its file keeps.
 * Immutable; threads may share it.
 *
 * <pre>{@code
 * RowEncoder encoder = new RowEncoder(file.rules().table().orElseThrow());
 * float[] example = encoder.encode(Map.of("age", "39", "sex", "Male"));
 * }</pre>
 */
public final class RowEncoder {
  private final TableRules rules;
  private final ColumnRule[] columns;
  private final WordIndex[] words;
  private final int[] offsets;
  private final WordIndex missing;
  private final char decimal;
  private final int width;

  /** An encoder of some rules. */
  public RowEncoder(TableRules rules) {
    this.rules = rules;
    columns = rules.columns().toArray(new ColumnRule[0]);
    words = new WordIndex[columns.length];
    offsets = new int[columns.length];
    int at = 0;
    for (int i = 0; i < columns.length; i++) {
      List<String> known = new ArrayList<>(columns[i].categories());
      known.addAll(columns[i].others());
      words[i] = new WordIndex(known);
      offsets[i] = at;
      at += columns[i].width();
    }
    width = at;
    missing = new WordIndex(rules.missing().stream().distinct().toList());
    decimal = rules.decimal().charAt(0);
  }

  /** The rules that it follows. */
  public TableRules rules() {
    return rules;
  }

  /** How many numbers an example has. */
  public int width() {
    return width;
  }

  /**
   * A row as an example.
   *
   * @param row cells by the name of their column; columns that the model has no use for may be
   *     there
   * @return {@code [width]}; the caller owns it
   * @throws CellException naming the column and the value that it cannot hold, or the column that
   *     is not there
   */
  public float[] encode(Map<String, String> row) {
    float[] example = new float[width];
    for (int i = 0; i < columns.length; i++) {
      String cell = row.get(columns[i].name());
      if (cell == null) {
        throw new CellException(columns[i].name(), "", "is not there; it may be empty");
      }
      encode(i, cell.toCharArray(), 0, cell.length(), example, 0);
    }
    return example;
  }

  /**
   * Rows as examples.
   *
   * @param rows cells in the order of {@link TableRules#columns()}; null is missing
   * @return {@code [rows, width]}
   */
  public float[] encode(List<@Nullable String[]> rows) {
    float[] examples = new float[Math.multiplyExact(rows.size(), width)];
    for (int r = 0; r < rows.size(); r++) {
      @Nullable String[] row = rows.get(r);
      for (int i = 0; i < columns.length; i++) {
        char[] cell = Objects.requireNonNullElse(row[i], "").toCharArray();
        encode(i, cell, 0, cell.length, examples, r * width);
      }
    }
    return examples;
  }

  /**
   * Encodes one cell.
   *
   * @param column its column's number in {@link TableRules#columns()}
   * @param text holds the cell, without quotes
   * @param from its first character
   * @param to behind its last
   * @param into receives the numbers; those of this column are all written
   * @param at where the example begins
   * @return false where training has never seen such a value: a category that is new, or a value
   *     missing in a column that had all
   * @throws CellException if it is no number where there must be one, or too large
   */
  public boolean encode(int column, char[] text, int from, int to, float[] into, int at) {
    int first = from;
    int end = to;
    if (rules.trim()) {
      while (first < end && isBlank(text[first])) {
        first++;
      }
      while (first < end && isBlank(text[end - 1])) {
        end--;
      }
    }
    ColumnRule rule = columns[column];
    int place = at + offsets[column];
    boolean absent = first == end || missing.find(text, first, end) >= 0;
    if (rule.indicator()) {
      into[place + rule.width() - 1] = absent ? 1 : 0;
    }
    return switch (rule.kind()) {
      case NUMBER -> {
        into[place] = absent ? rule.mean() : number(rule, text, first, end);
        yield !absent || rule.indicator();
      }
      case BOOLEAN -> {
        int word = absent ? -1 : words[column].find(text, first, end);
        into[place] = word < 0 ? rule.mean() : word;
        yield word >= 0 || (absent && rule.indicator());
      }
      case CATEGORY ->
          category(rule, absent, absent ? -1 : words[column].find(text, first, end), into, place);
    };
  }

  private static boolean category(
      ColumnRule rule, boolean absent, int word, float[] into, int place) {
    int values = rule.values();
    boolean told = absent ? rule.indicator() : word >= 0 || !rule.others().isEmpty();
    for (int i = 0; i < values; i++) {
      into[place + i] = told ? 0 : rule.shares().get(i);
    }
    if (told && !absent) {
      into[place + (word >= 0 ? Math.min(word, values - 1) : values - 1)] = 1;
    }
    return word >= 0 || (absent && rule.indicator());
  }

  private float number(ColumnRule rule, char[] text, int from, int to) {
    float value = (float) NumberGrammar.parse(text, from, to, decimal);
    if (!Float.isFinite(value)) {
      String cell = new String(text, from, to - from);
      throw new CellException(
          rule.name(),
          cell,
          Float.isNaN(value) ? "is not a number" : "is too large for a number of 32 bits");
    }
    return value;
  }

  /** What is taken off the ends of cells where rules say trim. */
  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
