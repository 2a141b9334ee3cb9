package dev.ockham.onnx.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why a node test does not pass, as the committed list says.
 *
 * @param expressible whether a graph of ours could do what the test asks
 * @param reason in a few words
 */
record Unmet(boolean expressible, String reason) {
  private static final Path LIST = Path.of("src/test/resources/conformance/unmet.txt");

  /** Reasons by the name of the test. */
  static SortedMap<String, Unmet> read() throws IOException {
    SortedMap<String, Unmet> unmet = new TreeMap<>();
    List<Unmet> reasons = new ArrayList<>();
    for (String line : Files.readAllLines(LIST)) {
      if (line.startsWith("  ")) {
        if (unmet.put(line.strip(), reasons.getLast()) != null) {
          throw new AssertionError(LIST + " has " + line.strip() + " twice");
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        reasons.add(reason(line));
      }
    }
    return unmet;
  }

  private static Unmet reason(String line) {
    for (String word : List.of("cannot: ", "differs: ")) {
      if (line.startsWith(word)) {
        return new Unmet(!word.startsWith("cannot"), line.substring(word.length()));
      }
    }
    throw new AssertionError(LIST + " has the line '" + line + "'");
  }
}
