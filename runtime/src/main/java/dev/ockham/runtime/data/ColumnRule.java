package dev.ockham.runtime.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * How a column of a table becomes numbers of a model's input. A column takes neighbouring places:
 *
 * <ul>
 *   <li>{@link Kind#NUMBER}: its value; where {@code indicator} says so, one place more, which is 1
 *       where the value is missing and 0 elsewhere;
 *   <li>{@link Kind#BOOLEAN}: 0 for the first of {@code categories}, 1 for the second; then the
 *       indicator;
 *   <li>{@link Kind#CATEGORY}: a place for each of {@code categories}, 1 for the one that is there;
 *       then, where there are {@code others}, one for all other values; then the indicator.
 * </ul>
 *
 * <p>What is missing counts as {@code mean} (of a category: as no category) beside its indicator. A
 * category that training has never seen counts as one of the others. Where there is no such place,
 * it counts as the mean of the training rows, {@code mean} or {@code shares}, and so does a value
 * that is missing where there is no indicator.
 *
 * @param name the column's name
 * @param kind what its values are
 * @param mean of the training rows, which stands for a number or truth value that is missing; 0 for
 *     categories
 * @param indicator whether there is a place that says that the value is missing
 * @param categories the values that have a place of their own; none for numbers
 * @param others rare values of the training rows that share one place; none if there were none
 * @param shares part of the training rows that has each category, as many as categories, and the
 *     others' behind them if they have a place; none for numbers and truth values
 */
public record ColumnRule(
    String name,
    Kind kind,
    float mean,
    boolean indicator,
    List<String> categories,
    List<String> others,
    List<Float> shares) {

  /** What the values of a column are. */
  public enum Kind {
    /** Decimal numbers. */
    NUMBER,
    /** One of two words. */
    BOOLEAN,
    /** One of several values, which have no order. */
    CATEGORY
  }

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException naming the column and what does not fit
   */
  public ColumnRule {
    categories = List.copyOf(categories);
    others = List.copyOf(others);
    shares = List.copyOf(shares);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column has no name");
    }
    if (!Float.isFinite(mean)) {
      throw new IllegalArgumentException("column '" + name + "': mean is " + mean);
    }
    if (kind != Kind.CATEGORY && !others.isEmpty()) {
      throw new IllegalArgumentException("column '" + name + "' has others, but no categories");
    }
    int expected = kind == Kind.NUMBER ? 0 : kind == Kind.BOOLEAN ? 2 : categories.size();
    int places = kind == Kind.CATEGORY ? categories.size() + (others.isEmpty() ? 0 : 1) : 0;
    if (categories.size() != expected || shares.size() != places) {
      throw new IllegalArgumentException(
          "column '"
              + name
              + "' has "
              + categories.size()
              + " categories and "
              + shares.size()
              + " shares, which does not fit its kind");
    }
    HashSet<String> values = new HashSet<>(categories);
    values.addAll(others);
    if (values.size() < categories.size() + others.size()) {
      throw new IllegalArgumentException("column '" + name + "' has a category twice");
    }
    if (places == 0 && kind == Kind.CATEGORY) {
      throw new IllegalArgumentException("column '" + name + "' has no categories");
    }
  }

  /** A column of numbers. */
  public static ColumnRule ofNumbers(String name, float mean, boolean indicator) {
    return new ColumnRule(name, Kind.NUMBER, mean, indicator, List.of(), List.of(), List.of());
  }

  /** A column of two words; the first is 0. */
  public static ColumnRule ofBooleans(
      String name, String no, String yes, float mean, boolean indicator) {
    return new ColumnRule(
        name, Kind.BOOLEAN, mean, indicator, List.of(no, yes), List.of(), List.of());
  }

  /** A column of categories. */
  public static ColumnRule ofCategories(
      String name,
      List<String> categories,
      List<String> others,
      List<Float> shares,
      boolean indicator) {
    return new ColumnRule(name, Kind.CATEGORY, 0, indicator, categories, others, shares);
  }

  /** Places without the indicator's. */
  int values() {
    return kind == Kind.CATEGORY ? categories.size() + (others.isEmpty() ? 0 : 1) : 1;
  }

  /** How many numbers of an example the column becomes, at least 1. */
  public int width() {
    return values() + (indicator ? 1 : 0);
  }

  /** What each of these numbers is called, such as {@code colour=red}. */
  public List<String> places() {
    List<String> places = new ArrayList<>();
    if (kind == Kind.CATEGORY) {
      categories.forEach(category -> places.add(name + "=" + category));
      if (!others.isEmpty()) {
        places.add(name + " (other)");
      }
    } else {
      places.add(name);
    }
    if (indicator) {
      places.add(name + " (missing)");
    }
    return List.copyOf(places);
  }
}
