package dev.ockham.core.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Names as people write them in a row: {@code age, sex}, with commas. In double quotes, a name may
 * hold a comma; a quote in it is written twice.
 */
public final class NameList {

  private NameList() {}

  /**
   * Reads names; none from empty text.
   *
   * @param leaf what messages call the text
   * @throws SpecException if a name is empty or comes twice, or a quote is not closed
   */
  public static List<String> parse(String leaf, String text) {
    List<String> names = new ArrayList<>();
    if (text.isBlank()) {
      return names;
    }
    int at = 0;
    while (at <= text.length()) {
      StringBuilder name = new StringBuilder();
      at = next(leaf, text, at, name);
      if (name.isEmpty()) {
        throw new SpecException("%s is '%s'; a name in it is empty".formatted(leaf, text));
      }
      names.add(name.toString());
    }
    HashSet<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new SpecException("%s is '%s'; it has '%s' twice".formatted(leaf, text, name));
      }
    }
    return List.copyOf(names);
  }

  /** Reads one name; gives the place behind the comma that ends it. */
  private static int next(String leaf, String text, int from, StringBuilder name) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
      while (true) {
        int quote = text.indexOf('"', at);
        if (quote < 0) {
          throw new SpecException("%s is '%s'; a quote is not closed".formatted(leaf, text));
        }
        name.append(text, at, quote);
        at = quote + 1;
        if (at >= text.length() || text.charAt(at) != '"') {
          break;
        }
        name.append('"');
        at++;
      }
      int comma = text.indexOf(',', at);
      return comma < 0 ? text.length() + 1 : comma + 1;
    }
    int comma = text.indexOf(',', at);
    int end = comma < 0 ? text.length() : comma;
    name.append(text.substring(at, end).strip());
    return end + 1;
  }
}
