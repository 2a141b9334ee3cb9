package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line of Ockham's, and the folder that it fills. {@code --out} and {@code --resume} come
 * behind it, since the folder is elsewhere on each machine.
 *
 * @param name of the folder
 * @param words behind {@code ockham}
 * @param recipe to train by; empty where there is none
 */
record PlannedCommand(String name, List<String> words, String recipe) implements Serializable {

  private static final String TASK = "task ";
  private static final String WORD = "word ";
  private static final String RECIPE = "recipe";

  /** Copies the list. */
  PlannedCommand {
    words = List.copyOf(words);
  }

  /**
   * Reads a plan: for each command a line {@code task NAME}; {@code recipe} where {@code NAME.yaml}
   * is one; and {@code word W} for each word, with the escapes of Java.
   *
   * @param out folder of the recipes
   */
  static List<PlannedCommand> read(Path plan, Path out) throws IOException {
    List<PlannedCommand> all = new ArrayList<>();
    for (String line : Files.readAllLines(plan)) {
      if (line.startsWith(TASK)) {
        all.add(new PlannedCommand(line.substring(TASK.length()), List.of(), ""));
        continue;
      }
      if (all.isEmpty()) {
        throw new ScoringException(plan + ": begins with '" + line + "', not with a task");
      }
      PlannedCommand last = all.removeLast();
      if (line.equals(RECIPE)) {
        String recipe = Files.readString(out.resolve(last.name + ".yaml"));
        all.add(new PlannedCommand(last.name, last.words, recipe));
      } else if (line.startsWith(WORD)) {
        List<String> words = new ArrayList<>(last.words);
        words.add(line.substring(WORD.length()).translateEscapes());
        all.add(new PlannedCommand(last.name, words, last.recipe));
      } else {
        throw new ScoringException(plan + ": '" + line + "' is no line of a plan");
      }
    }
    return all;
  }
}
