package dev.ockham.core.start;

import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a file that became a parameter of a network.
 *
 * @param from the tensor's name in the file
 * @param to the parameter's name in the graph; for statistics of a batch norm, which the graph of a
 *     run leaves out, the node's name with {@code .mean} or {@code .variance}
 * @param shape of the parameter
 * @param how what told that the two belong together
 */
public record Match(String from, String to, Shape shape, How how) {

  /** What told that a tensor and a parameter belong together. */
  public enum How {
    /** They have the same name. */
    NAME("name"),
    /** The names are the same behind a prefix such as {@code module.}. */
    PREFIX("name behind a prefix"),
    /** The tensor has PyTorch's name for the parameter. */
    PYTORCH("PyTorch's name"),
    /** It is the n-th of its kind and shape in both. */
    ORDER("order and shape"),
    /** The user said so. */
    GIVEN("given by --map");

    private final String words;

    How(String words) {
      this.words = words;
    }

    /** The match as tables say it. */
    public String words() {
      return words;
    }
  }

  /** A table of matches as text, a line each, with a head. */
  public static List<String> table(List<Match> matches) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("from", "to", "shape", "how matched"));
    for (Match match : matches) {
      rows.add(List.of(match.from, match.to, match.shape.toString(), match.how.words()));
    }
    int[] widths = new int[4];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
