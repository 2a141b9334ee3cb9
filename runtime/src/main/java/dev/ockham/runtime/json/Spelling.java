package dev.ockham.runtime.json;

import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonBoolean;
import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.util.Collection;

/** Words of a file for messages about it. */
public final class Spelling {
  private static final int MOST_SHOWN = 60;

  private Spelling() {}

  /** A value for a message: one line, not too long. */
  public static String shown(JsonValue json) {
    return switch (json) {
      case JsonArray array -> "an array of " + array.items().size();
      case JsonObject object -> "an object of " + object.members().size();
      case JsonString string -> "'" + shortened(string.text()) + "'";
      case JsonNumber number -> shortened(number.text());
      case JsonBoolean bool -> String.valueOf(bool.value());
      case JsonValue.JsonNull nothing -> "null";
    };
  }

  /** A text that may be of any length and content, as one short line. */
  public static String shortened(String text) {
    String line = text.replaceAll("\\p{Cc}", "?");
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "…";
  }

  /** The known word with the fewest letters to insert, delete or replace; the first of several. */
  public static String nearest(String word, Collection<String> known) {
    String clipped = word.length() <= MOST_SHOWN ? word : word.substring(0, MOST_SHOWN);
    String nearest = "";
    int fewest = Integer.MAX_VALUE;
    for (String each : known) {
      int edits = edits(clipped, each);
      if (edits < fewest) {
        fewest = edits;
        nearest = each;
      }
    }
    return nearest;
  }

  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
