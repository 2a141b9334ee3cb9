package dev.ockham.core.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group of fields of a JSON file, read with errors that name file and field.
 *
 * @param file where it was read from, with a line number where that helps
 * @param prefix path of the group, empty or with a dot at its end
 * @param values what was read
 */
record Fields(String file, String prefix, Map<String, @Nullable Object> values) {

  Fields group(String name) throws RunException {
    if (!(values.get(name) instanceof Map<?, ?> group)) {
      throw missing(name, "a group of fields");
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    group.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return new Fields(file, prefix + name + ".", copy);
  }

  String text(String name) throws RunException {
    if (!(values.get(name) instanceof String text)) {
      throw missing(name, "text");
    }
    return text;
  }

  double number(String name) throws RunException {
    return switch (values.get(name)) {
      case Number number -> number.doubleValue();
      case String text when text.matches("NaN|-?Infinity") -> Double.parseDouble(text);
      case null, default -> throw missing(name, "a number");
    };
  }

  /** A number that may be missing; NaN and infinities are written as text. */
  @Nullable Double optionalNumber(String name) throws RunException {
    return values.get(name) == null ? null : number(name);
  }

  long whole(String name) throws RunException {
    return switch (values.get(name)) {
      case Integer number when number >= 0 -> number;
      case Long number when number >= 0 -> number;
      case null, default -> throw missing(name, "a whole number");
    };
  }

  /** Numbers in a list. */
  List<Double> numbers(String name) throws RunException {
    if (!(values.get(name) instanceof List<?> items)) {
      throw missing(name, "a list of numbers");
    }
    List<Double> numbers = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Number number)) {
        throw missing(name, "a list of numbers");
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  /** Names in a list: texts that are not blank and differ. */
  List<String> texts(String name) throws RunException {
    if (!(values.get(name) instanceof List<?> items)
        || new HashSet<>(items).size() < items.size()) {
      throw missing(name, "a list of names that differ");
    }
    List<String> texts = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof String text) || text.isBlank()) {
        throw missing(name, "a list of names that differ");
      }
      texts.add(text);
    }
    return texts;
  }

  /** Groups in a list. */
  List<Fields> groups(String name) throws RunException {
    if (!(values.get(name) instanceof List<?> items)) {
      throw missing(name, "a list");
    }
    List<Fields> groups = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String key = name + "[" + i + "]";
      Map<String, @Nullable Object> single = new LinkedHashMap<>();
      single.put(key, items.get(i));
      groups.add(new Fields(file, prefix, single).group(key));
    }
    return groups;
  }

  int count(String name) throws RunException {
    if (!(values.get(name) instanceof Integer count) || count < 0) {
      throw missing(name, "a whole number");
    }
    return count;
  }

  RunException missing(String name, String expected) {
    return new RunException(
        "%s: %s%s must be %s, not %s"
            .formatted(
                file,
                prefix,
                name,
                expected,
                values.get(name) == null ? "missing" : values.get(name)));
  }
}
