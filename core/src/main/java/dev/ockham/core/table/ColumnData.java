package dev.ockham.core.table;

import dev.ockham.runtime.data.NumberGrammar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a column holds, gathered while its table is read. Values are kept by number as long as they
 * are few; of many, it is only known whether all are numbers. What each row has is kept where it is
 * asked for: of labels, groups and times.
 */
final class ColumnData {

  /** So many different values are kept as they are. */
  static final int MOST_KEPT = 1 << 17;

  /** The code of a value that is missing, or not known. */
  static final int MISSING = -1;

  private enum Form {
    KEPT,
    NUMBERS,
    HASHES
  }

  private final String name;
  private final char decimal;
  private final boolean byRow;
  private final Map<String, Integer> codes = new HashMap<>();
  private final List<String> values = new ArrayList<>();
  private int[] counts = new int[16];
  private long[] lines = new long[16];
  private String rowWord = "";
  private int texts;
  private Form form = Form.KEPT;
  private int[] rowCodes = {};
  private double[] numbers = {};
  private long[] hashes = {};
  private int rows;
  private int missing;
  private boolean allDiffered;
  private @Nullable String firstText;
  private String firstTextPlace = "";

  /**
   * Nothing yet.
   *
   * @param byRow whether it will be asked what each row has
   */
  ColumnData(String name, char decimal, boolean byRow) {
    this.name = name;
    this.decimal = decimal;
    this.byRow = byRow;
  }

  String name() {
    return name;
  }

  /**
   * Adds a row.
   *
   * @param cell null if it is missing
   * @param table whose row it is
   */
  void add(@Nullable String cell, TableRows table) {
    missing += cell == null ? 1 : 0;
    switch (form) {
      case KEPT -> {
        int code = cell == null ? MISSING : code(cell, table);
        if (byRow) {
          rowCodes = room(rowCodes);
          rowCodes[rows] = code;
        }
      }
      case NUMBERS -> {
        double number = cell == null ? Double.NaN : number(cell);
        if (cell != null && Double.isNaN(number) && firstText == null) {
          firstText = cell;
          firstTextPlace = table.where();
        }
        if (byRow) {
          numbers = rows < numbers.length ? numbers : Arrays.copyOf(numbers, larger());
          numbers[rows] = number;
        }
      }
      case HASHES -> {
        if (byRow) {
          hashes = rows < hashes.length ? hashes : Arrays.copyOf(hashes, larger());
          hashes[rows] = cell == null ? 0 : hash(cell);
        }
      }
    }
    rows++;
    if (values.size() > MOST_KEPT && form == Form.KEPT) {
      overflow();
    }
  }

  private int larger() {
    return Math.max(64, rows + (rows >> 1));
  }

  private int[] room(int[] array) {
    return rows < array.length ? array : Arrays.copyOf(array, larger());
  }

  private int code(String cell, TableRows table) {
    Integer known = codes.get(cell);
    if (known != null) {
      counts[known]++;
      return known;
    }
    int code = values.size();
    if (code == counts.length) {
      counts = Arrays.copyOf(counts, 2 * code);
      lines = Arrays.copyOf(lines, 2 * code);
    }
    codes.put(cell, code);
    values.add(cell);
    texts += Double.isNaN(number(cell)) ? 1 : 0;
    counts[code] = 1;
    lines[code] = table.number();
    if (rowWord.isEmpty()) {
      rowWord = table.where().substring(0, table.where().lastIndexOf(' ') + 1);
    }
    return code;
  }

  /** Whether all values are kept so far, and are numbers, so that it may {@link #overflow}. */
  boolean mayOverflow() {
    return kept() && texts == 0;
  }

  /** Keeps values no more: from here on they are numbers, or hashes. */
  void overflow() {
    double[] parsed = new double[values.size()];
    for (int code = 0; code < parsed.length; code++) {
      parsed[code] = number(values.get(code));
    }
    boolean allNumbers = texts == 0;
    allDiffered = allNumbers && differ();
    form = allNumbers ? Form.NUMBERS : Form.HASHES;
    if (byRow) {
      numbers = new double[allNumbers ? rows : 0];
      hashes = new long[allNumbers ? 0 : rows];
      for (int row = 0; row < rows; row++) {
        int code = rowCodes[row];
        if (allNumbers) {
          numbers[row] = code == MISSING ? Double.NaN : parsed[code];
        } else {
          hashes[row] = code == MISSING ? 0 : hash(values.get(code));
        }
      }
    }
    rowCodes = new int[0];
    counts = new int[0];
    lines = new long[0];
    codes.clear();
    values.clear();
  }

  /** Whether every row so far has another whole number. */
  private boolean differ() {
    if (missing > 0 || rows != values.size()) {
      return false;
    }
    HashSet<Double> seen = new HashSet<>();
    for (String value : values) {
      double number = number(value);
      if (number != Math.rint(number) || !seen.add(number)) {
        return false;
      }
    }
    return true;
  }

  /** Whether rows are told apart by whole numbers, as far as values are kept. */
  boolean tellsRows() {
    return missing == 0 && (form == Form.KEPT ? differ() : allDiffered);
  }

  /** A cell as a number; NaN if it is none. */
  double number(String cell) {
    return NumberGrammar.parse(cell.toCharArray(), 0, cell.length(), decimal);
  }

  /** A hash of 64 bits; 0 is for what is missing. */
  private static long hash(String cell) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < cell.length(); i++) {
      hash = (hash ^ cell.charAt(i)) * 0x100000001B3L;
      hash ^= hash >>> 29;
    }
    return hash == 0 ? 1 : hash;
  }

  int rows() {
    return rows;
  }

  int missing() {
    return missing;
  }

  /** Whether the values are kept, so that {@link #value} and {@link #code} may be asked. */
  boolean kept() {
    return form == Form.KEPT;
  }

  /** Whether there are too many values to keep, and all of the first were numbers. */
  boolean manyNumbers() {
    return form == Form.NUMBERS;
  }

  /** How many different values are kept. */
  int different() {
    return values.size();
  }

  /** The value of a code, as it was written. */
  String value(int code) {
    return values.get(code);
  }

  /** Whether a value is a number. */
  boolean isNumber(int code) {
    return !Double.isNaN(number(values.get(code)));
  }

  /** Where a value came first. */
  String place(int code) {
    return rowWord + lines[code];
  }

  /** The code of a value, or {@link #MISSING}. */
  int codeOf(String value) {
    return codes.getOrDefault(value, MISSING);
  }

  /** The code of a row's value, or {@link #MISSING}. */
  int code(int row) {
    return rowCodes[row];
  }

  /** The number in a row; NaN if it is missing, or none. */
  double number(int row) {
    return switch (form) {
      case KEPT -> rowCodes[row] == MISSING ? Double.NaN : number(values.get(rowCodes[row]));
      case NUMBERS -> numbers[row];
      case HASHES -> Double.NaN;
    };
  }

  /** A number for each value, the same for equal ones; 0 is missing. */
  long identity(int row) {
    return switch (form) {
      case KEPT -> rowCodes[row] + 1L;
      case NUMBERS -> Double.isNaN(numbers[row]) ? 0 : Double.doubleToLongBits(numbers[row]) + 1;
      case HASHES -> hashes[row];
    };
  }

  /** How many rows have each value. */
  int[] counts() {
    return Arrays.copyOf(counts, values.size());
  }

  /** The first text among many numbers, if there is one. */
  @Nullable String firstText() {
    return firstText;
  }

  /** Where that is. */
  String firstTextPlace() {
    return firstTextPlace;
  }
}
