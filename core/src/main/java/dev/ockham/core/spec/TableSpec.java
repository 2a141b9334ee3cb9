package dev.ockham.core.spec;

import java.util.List;

/**
 * How a table is read. Lists of names have commas, as {@link NameList} reads them; an empty text
 * says nothing.
 *
 * @param label the column to predict, or several
 * @param features the columns to predict from; empty: all others of use
 * @param drop columns to leave out
 * @param names names of the columns, for a table that does not name them or by other names
 * @param header whether the first row holds names
 * @param separator what stands between cells: one character or {@code tab}; empty: a comma, and a
 *     tab where the file's name ends in {@code .tsv}
 * @param decimal what stands before the fraction of a number, {@code .} or {@code ,}
 * @param trim whether blanks round cells are taken off
 * @param missing cells that say that a value is missing, besides empty ones
 * @param labelSuffix what is taken off the end of labels
 * @param group column whose rows of one value stay on one side of a split
 * @param time column in whose order splits are made: what comes last is tested on
 * @param test file of the test part
 * @param unknown what becomes of values that training has not seen
 * @param onBadRow what becomes of rows that cannot be read
 */
public record TableSpec(
    @Doc(value = "Column to predict, or several with commas.", unrecorded = "") String label,
    @Doc(value = "Columns to predict from, with commas; empty: all of use.", unrecorded = "")
        String features,
    @Doc(value = "Columns to leave out, with commas.", unrecorded = "") String drop,
    @Doc(value = "Names of all columns, with commas; empty: those of the file.", unrecorded = "")
        String names,
    @Doc(value = "Whether the first row names the columns: auto, yes or no.", unrecorded = "auto")
        HeaderRow header,
    @Doc(
            value = "What stands between cells: a character or tab; empty: by the file.",
            unrecorded = "")
        String separator,
    @Doc(value = "What stands before the fraction of a number: . or a comma.", unrecorded = ".")
        String decimal,
    @Doc(value = "Whether blanks round cells are taken off.", unrecorded = "false") boolean trim,
    @Doc(
            value = "Cells that mean a missing value, with commas; empty ones always do.",
            unrecorded = "")
        String missing,
    @Doc(
            value = "Taken off the end of labels, such as the full stop of adult.test.",
            unrecorded = "")
        String labelSuffix,
    @Doc(value = "Column whose rows of one value stay on one side of a split.", unrecorded = "")
        String group,
    @Doc(value = "Column of time; what comes last is held out.", unrecorded = "") String time,
    @Doc(value = "File of the test part; empty: found, or a fifth held out.", unrecorded = "")
        String test,
    @Doc(
            value = "What values become that training has not seen: other or fail.",
            unrecorded = "other")
        UnknownValues unknown,
    @Doc(value = "What becomes of rows that cannot be read: fail or skip.", unrecorded = "fail")
        BadRows onBadRow) {

  private static final String TAB = "tab";

  /** Checks what can be checked without the table. */
  public TableSpec {
    if (!separator.isEmpty() && separatorOf(separator) == 0) {
      throw new SpecException(
          "data.table.separator is '%s'; it must be one character, or tab".formatted(separator));
    }
    if (!decimal.equals(".") && !decimal.equals(",")) {
      throw new SpecException(
          "data.table.decimal is '%s'; it must be . or a comma".formatted(decimal));
    }
    if (decimal.equals(separator)) {
      throw new SpecException("data.table.decimal is '" + decimal + "', as data.table.separator");
    }
    NameList.parse("data.table.label", label);
    NameList.parse("data.table.features", features);
    NameList.parse("data.table.drop", drop);
    NameList.parse("data.table.names", names);
    NameList.parse("data.table.missing", missing);
    if (!group.isEmpty() && !time.isEmpty()) {
      throw new SpecException(
          "data.table.group is '%s' and data.table.time '%s'; a split goes by one of them"
              .formatted(group, time));
    }
  }

  /** The settings of tables where nothing is said. */
  public static TableSpec defaults() {
    return new TableSpec(
        "",
        "",
        "",
        "",
        HeaderRow.AUTO,
        "",
        ".",
        false,
        "",
        "",
        "",
        "",
        "",
        UnknownValues.OTHER,
        BadRows.FAIL);
  }

  /** Names of the columns to predict. */
  public List<String> labels() {
    return NameList.parse("data.table.label", label);
  }

  /** Names of the columns to predict from; none where all of use are. */
  public List<String> featureNames() {
    return NameList.parse("data.table.features", features);
  }

  /** Names of the columns to leave out. */
  public List<String> dropped() {
    return NameList.parse("data.table.drop", drop);
  }

  /** Names of all columns that were given; none where the file has them. */
  public List<String> givenNames() {
    return NameList.parse("data.table.names", names);
  }

  /** Cells that say that a value is missing, besides empty ones. */
  public List<String> missingWords() {
    return NameList.parse("data.table.missing", missing);
  }

  /** The separator that was given, or 0. */
  public char separatorGiven() {
    return separatorOf(separator);
  }

  /**
   * These settings for another table of a kind that was read before; what these say counts.
   *
   * @param hasHeader whether that table had a row of names
   * @param between its separator
   * @param mark its decimal mark
   */
  public TableSpec readAs(boolean hasHeader, String between, String mark) {
    return new TableSpec(
        label,
        features,
        drop,
        names,
        header != HeaderRow.AUTO ? header : hasHeader ? HeaderRow.YES : HeaderRow.NO,
        separator.isEmpty() ? (between.equals("\t") ? TAB : between) : separator,
        separator.isEmpty() ? mark : decimal,
        trim,
        missing,
        labelSuffix,
        group,
        time,
        test,
        unknown,
        onBadRow);
  }

  /** These settings with another column to predict. */
  public TableSpec labelled(String column) {
    return new TableSpec(
        column,
        features,
        drop,
        names,
        header,
        separator,
        decimal,
        trim,
        missing,
        labelSuffix,
        group,
        time,
        test,
        unknown,
        onBadRow);
  }

  private static char separatorOf(String text) {
    if (text.equals(TAB)) {
      return '\t';
    }
    boolean one = text.length() == 1 && "\"\r\n".indexOf(text.charAt(0)) < 0;
    return one ? text.charAt(0) : 0;
  }
}
