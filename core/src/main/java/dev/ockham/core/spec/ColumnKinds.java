package dev.ockham.core.spec;

import dev.ockham.core.name.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a person says of a table's columns: {@code zip=category age=number}, or with commas. */
public final class ColumnKinds {

  /** Kinds that can be said. */
  public static final List<String> KNOWN = List.of("number", "category", "boolean", "drop");

  private static final String LEAF = "data.columns";

  private ColumnKinds() {}

  /**
   * Reads kinds by name of the column; a name with blanks or commas stands in double quotes.
   *
   * @throws SpecException naming the part that is not understood
   */
  public static Map<String, String> parse(String text) {
    Map<String, String> kinds = new LinkedHashMap<>();
    String rest = text.strip();
    while (!rest.isEmpty()) {
      boolean quoted = rest.startsWith("\"");
      int equals = quoted ? rest.indexOf("\"=", 1) + 1 : rest.indexOf('=');
      if (equals < 1) {
        throw new SpecException("%s: '%s' is not NAME=KIND".formatted(LEAF, rest));
      }
      String name = quoted ? rest.substring(1, equals - 1) : rest.substring(0, equals);
      String[] parts = rest.substring(equals + 1).split("[,\\s]+", 2);
      if (!KNOWN.contains(parts[0])) {
        throw new SpecException(
            "%s: '%s' of column '%s' is no kind of column%s; known: %s"
                .formatted(
                    LEAF, parts[0], name, Nearest.hint(parts[0], KNOWN), String.join(", ", KNOWN)));
      }
      if (kinds.put(name, parts[0]) != null) {
        throw new SpecException("%s: column '%s' comes twice".formatted(LEAF, name));
      }
      rest = parts.length < 2 ? "" : parts[1].strip();
    }
    return kinds;
  }
}
