package dev.ockham.runtime.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the rows of a table become examples of a model: everything that was decided when the training
 * table was read.
 *
 * @param names all columns of the training table in its order, those without use too
 * @param header whether the table's first row held the names; without, columns are told by their
 *     place
 * @param separator what stands between cells: one character; of a table that is no text {@code ,}
 * @param decimal what stands before the fraction of a number, {@code .} or {@code ,}
 * @param trim whether blanks round a cell do not belong to it
 * @param missing cells that say that there is no value; an empty cell always does
 * @param targets columns that a model is to predict
 * @param labelSuffix what may stand at the end of a label and does not belong to it; mostly empty
 * @param columns the columns that become a model's input, in the order of its numbers
 * @param leftOut the other columns, and why a model has no use for each
 */
public record TableRules(
    List<String> names,
    boolean header,
    String separator,
    String decimal,
    boolean trim,
    List<String> missing,
    List<String> targets,
    String labelSuffix,
    List<ColumnRule> columns,
    Map<String, String> leftOut) {

  /**
   * Checks that every column has its place among the names.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public TableRules {
    names = List.copyOf(names);
    missing = List.copyOf(missing);
    targets = List.copyOf(targets);
    columns = List.copyOf(columns);
    leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
    if (separator.length() != 1 || decimal.length() != 1) {
      throw new IllegalArgumentException(
          "separator is '" + separator + "' and decimal '" + decimal + "'; each is one character");
    }
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("no column is of use");
    }
    HashSet<String> known = new HashSet<>(names);
    if (known.size() < names.size()) {
      throw new IllegalArgumentException("two columns have one name");
    }
    for (String name : used(columns, targets)) {
      if (!known.remove(name)) {
        throw new IllegalArgumentException("column '" + name + "' is not there, or used twice");
      }
    }
  }

  private static List<String> used(List<ColumnRule> columns, List<String> targets) {
    List<String> used = new ArrayList<>(targets);
    columns.forEach(column -> used.add(column.name()));
    return used;
  }

  /** How many numbers an example has. */
  public int width() {
    return columns.stream().mapToInt(ColumnRule::width).sum();
  }

  /** What each number of an example is called, such as {@code colour=red}. */
  public List<String> places() {
    List<String> places = new ArrayList<>();
    columns.forEach(column -> places.addAll(column.places()));
    return List.copyOf(places);
  }
}
