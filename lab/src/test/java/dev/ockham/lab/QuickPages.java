package dev.ockham.lab;

import dev.ockham.lab.page.LabPage;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The pages of quick runs, and their numbers. */
final class QuickPages {

  private static final Map<String, LabPage> PAGES = new HashMap<>();

  private QuickPages() {}

  /** Computed once for all tests. */
  static LabPage page(String name) {
    LabPage known = PAGES.get(name);
    if (known == null) {
      try {
        known =
            Experiments.all().stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow()
                .run(Setting.quick(1));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      PAGES.put(name, known);
    }
    return known;
  }

  @SuppressWarnings("unchecked") // results are trees of plain values
  static List<Map<String, Object>> rows(String experiment, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(page(experiment).result().get(key));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> group(Map<String, Object> of, String key) {
    return (Map<String, Object>) Objects.requireNonNull(of.get(key), key);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> groups(Map<String, Object> of, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(of.get(key), key);
  }

  static double number(Map<String, Object> row, String key) {
    return ((Number) Objects.requireNonNull(row.get(key), key)).doubleValue();
  }
}
