package dev.ockham.core.sequence;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.List;

/**
 * Makes the sample {@code meals}: sentences of a small grammar, of which a word such as {@code not}
 * turns the meaning round, so that no single word tells the class.
 */
final class MealSentences {
  private static final NoiseKey KEY = NoiseKey.of(22, 0, 0);

  private static final List<String> DISHES =
      List.of(
          "soup",
          "salad",
          "bread",
          "fish",
          "rice",
          "pie",
          "cake",
          "curry",
          "stew",
          "pasta",
          "omelette",
          "coffee");

  private static final List<String> GOOD =
      List.of("good", "fresh", "tasty", "warm", "lovely", "fine");

  private static final List<String> BAD =
      List.of("bad", "stale", "bland", "cold", "awful", "burnt");

  private static final List<String> DEGREES = List.of("", "very ", "really ", "quite ");
  private static final List<String> NEGATIONS =
      List.of("was not ", "was never ", "was hardly ", "wasn't ");

  private static final List<String> ENDS =
      List.of("", " today", " again", ", my friend said", " at noon", " for once");

  private static final List<String> MARKS = List.of(".", "!", "");

  private MealSentences() {}

  private static <T> T pick(List<T> from, int row, int place) {
    return from.get((int) (CounterDraws.uniform(KEY, row, place) * from.size()));
  }

  /** All rows of the table, with its header. */
  static String table(int rows) {
    StringBuilder table = new StringBuilder("text,opinion\n");
    for (int row = 0; row < rows; row++) {
      boolean praise = row % 2 == 0;
      boolean turned = CounterDraws.uniform(KEY, row, 0) < 0.5;
      String dish = pick(DISHES, row, 1);
      String quality = pick(praise == turned ? BAD : GOOD, row, 2);
      String verb = turned ? pick(NEGATIONS, row, 3) : "was ";
      String text =
          "The "
              + dish
              + " "
              + verb
              + pick(DEGREES, row, 4)
              + quality
              + pick(ENDS, row, 5)
              + pick(MARKS, row, 6);
      String cell = text.contains(",") ? '"' + text + '"' : text;
      table.append(cell).append(',').append(praise ? "praise" : "complaint").append('\n');
    }
    return table.toString();
  }

  /** Prints it. */
  public static void main(String[] arguments) {
    System.out.print(table(400));
  }
}
