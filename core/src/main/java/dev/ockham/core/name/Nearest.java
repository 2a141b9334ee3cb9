package dev.ockham.core.name;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The known name nearest to a misspelt one, for error messages. */
public final class Nearest {

  /** A name may be left unfinished: from here on its beginning counts as near. */
  private static final int SHORTEST_BEGINNING = 3;

  private Nearest() {}

  /** {@code "; did you mean 'x'?"}, or nothing where no known name is close. */
  public static String hint(String given, Collection<String> known) {
    String nearest = of(given, known);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  private static @Nullable String of(String given, Collection<String> known) {
    String best = null;
    int bestDistance = Math.max(2, given.length() / 3) + 1;
    for (String candidate : known) {
      int distance =
          given.length() >= SHORTEST_BEGINNING && candidate.startsWith(given)
              ? 1
              : editDistance(given, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein distance. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
