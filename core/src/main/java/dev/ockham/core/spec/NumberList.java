package dev.ockham.core.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers in a row, as people write them: {@code 0.485 0.456 0.406}, with commas, or in brackets.
 */
public final class NumberList {

  private NumberList() {}

  /**
   * Reads numbers; none from empty text or empty brackets.
   *
   * @throws NumberFormatException if something else is among them
   */
  public static List<Double> parse(String text) {
    String inside = text.strip();
    if (inside.startsWith("[") && inside.endsWith("]")) {
      inside = inside.substring(1, inside.length() - 1).strip();
    }
    List<Double> numbers = new ArrayList<>();
    if (!inside.isEmpty()) {
      for (String part : inside.split("\\s*,\\s*|\\s+", -1)) {
        if (!SpecTree.NUMBER.matcher(part).matches()) {
          throw new NumberFormatException(part);
        }
        numbers.add(Double.valueOf(part));
      }
    }
    return List.copyOf(numbers);
  }
}
