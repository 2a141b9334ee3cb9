package dev.ockham.core.spec;

import dev.ockham.core.name.Nearest;
import java.util.List;

/** Names by pattern: several are separated by commas, and {@code *} stands for any characters. */
final class NamePatterns {

  /** Matches every name. */
  static final String ALL = "*";

  /** Matches no name. */
  static final String NONE = "none";

  /** How many names a message lists. */
  private static final int MOST_NAMES = 40;

  private NamePatterns() {}

  /** Checks that no pattern is empty. */
  static void check(String leaf, String patterns) {
    for (String pattern : patterns.split(",", -1)) {
      if (pattern.isBlank()) {
        throw new SpecException(
            leaf + " is '" + patterns + "'; it needs names such as 'dense1' or 'layer1.*'");
      }
    }
  }

  /** Checks that each pattern matches one of some names. */
  static void require(String leaf, String patterns, List<String> names) {
    if (patterns.equals(ALL) || patterns.equals(NONE)) {
      return;
    }
    for (String pattern : patterns.split(",", -1)) {
      if (names.stream().noneMatch(name -> matches(pattern.strip(), name))) {
        int more = names.size() - MOST_NAMES;
        throw new SpecException(
            "%s: '%s' names no weights; there are %s%s%s"
                .formatted(
                    leaf,
                    pattern.strip(),
                    String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES))),
                    more > 0 ? " and " + more + " more" : "",
                    Nearest.hint(pattern.strip(), names)));
      }
    }
  }

  /** Whether a name matches one of some patterns. */
  static boolean match(String patterns, String name) {
    if (patterns.equals(NONE)) {
      return false;
    }
    for (String pattern : patterns.split(",", -1)) {
      if (matches(pattern.strip(), name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String name) {
    String[] parts = pattern.split("\\*", -1);
    if (parts.length == 1) {
      return pattern.equals(name);
    }
    if (!name.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    String last = parts[parts.length - 1];
    return name.length() - at >= last.length() && name.endsWith(last);
  }
}
