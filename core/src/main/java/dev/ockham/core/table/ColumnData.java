package dev.ockham.core.table;

import dev.ockham.runtime.data.NumberGrammar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a column holds, gathered while its table is read. Values are kept by number as long as they
 * are few; of many, only the numbers that they are, or a hash.
 */
final class ColumnData {

  /** So many different values are kept as they are. */
  static final int MOST_KEPT = 1 << 17;

  /** The code of a value that is missing. */
  static final int MISSING = -1;

  private enum Form {
    KEPT,
    NUMBERS,
    HASHES
  }

  private final String name;
  private final char decimal;
  private final Map<String, Integer> codes = new HashMap<>();
  private final List<String> values = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private Form form = Form.KEPT;
  private int[] rowCodes = new int[64];
  private double[] numbers = {};
  private long[] hashes = {};
  private int rows;
  private int missing;
  private @Nullable String firstText;
  private String firstTextPlace = "";

  ColumnData(String name, char decimal) {
    this.name = name;
    this.decimal = decimal;
  }

  String name() {
    return name;
  }

  /**
   * Adds a row.
   *
   * @param cell null if it is missing
   * @param where its row is
   */
  void add(@Nullable String cell, String where) {
    missing += cell == null ? 1 : 0;
    switch (form) {
      case KEPT -> {
        grow(rowCodes.length);
        rowCodes[rows] = cell == null ? MISSING : code(cell, where);
      }
      case NUMBERS -> {
        grow(numbers.length);
        numbers[rows] = cell == null ? Double.NaN : number(cell);
        if (cell != null && Double.isNaN(numbers[rows]) && firstText == null) {
          firstText = cell;
          firstTextPlace = where;
        }
      }
      case HASHES -> {
        grow(hashes.length);
        hashes[rows] = cell == null ? 0 : hash(cell);
      }
    }
    rows++;
    if (values.size() > MOST_KEPT && form == Form.KEPT) {
      overflow();
    }
  }

  private void grow(int capacity) {
    if (rows < capacity) {
      return;
    }
    int wanted = Math.max(64, rows + (rows >> 1));
    switch (form) {
      case KEPT -> rowCodes = Arrays.copyOf(rowCodes, wanted);
      case NUMBERS -> numbers = Arrays.copyOf(numbers, wanted);
      case HASHES -> hashes = Arrays.copyOf(hashes, wanted);
    }
  }

  private int code(String cell, String where) {
    Integer known = codes.get(cell);
    if (known != null) {
      return known;
    }
    codes.put(cell, values.size());
    values.add(cell);
    places.add(where);
    return values.size() - 1;
  }

  /** Too many values to keep: from here on numbers, or hashes. */
  private void overflow() {
    double[] parsed = new double[values.size()];
    boolean allNumbers = true;
    for (int code = 0; code < parsed.length; code++) {
      parsed[code] = number(values.get(code));
      allNumbers &= !Double.isNaN(parsed[code]);
    }
    form = allNumbers ? Form.NUMBERS : Form.HASHES;
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
    rowCodes = new int[0];
    codes.clear();
    values.clear();
    places.clear();
  }

  private double number(String cell) {
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
    return places.get(code);
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
    int[] counts = new int[values.size()];
    for (int row = 0; row < rows && kept(); row++) {
      if (rowCodes[row] >= 0) {
        counts[rowCodes[row]]++;
      }
    }
    return counts;
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
