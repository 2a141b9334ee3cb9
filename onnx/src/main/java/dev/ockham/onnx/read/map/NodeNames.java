package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names of our nodes: what PyTorch calls the module where the file tells, else the ONNX node's
 * name. Names of merged initialisers such as {@code onnx::Conv_193} say nothing and are not used.
 */
final class NodeNames {
  private static final int MOST_CHARACTERS = 200;

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** What the node of an ONNX node would be called. */
  static String of(NodeView view) {
    for (int input = 1; input < view.inputs(); input++) {
      String name = view.node().input(input);
      int end = name.indexOf(".weight");
      if (end > 0 && view.constant(input) != null) {
        return clean(name.substring(0, end));
      }
    }
    return clean(path(view.node().name(), view.node().operator(), view.constant(1) != null));
  }

  /**
   * {@code layer1.0.conv1} of {@code /layer1/layer1.0/conv1/Conv}, {@code layer1.0.add} of an Add.
   */
  private static String path(String name, String operator, boolean parameters) {
    String[] parts = name.split("/");
    StringBuilder path = new StringBuilder();
    String last = "";
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (part.isEmpty()) {
        continue;
      }
      boolean operation =
          part.toLowerCase(Locale.ROOT).startsWith(operator.toLowerCase(Locale.ROOT));
      if (i == parts.length - 1 && operation) {
        String word = operator.toLowerCase(Locale.ROOT);
        boolean said = parameters || last.toLowerCase(Locale.ROOT).startsWith(word);
        return path
            + (path.isEmpty() ? word : said ? "" : "." + word)
            + part.substring(operator.length());
      }
      if (!last.isEmpty() && part.startsWith(last + ".")) {
        path.setLength(path.length() - last.length());
      } else if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(part);
      last = part;
    }
    return path.isEmpty() ? operator.toLowerCase(Locale.ROOT) : path.toString();
  }

  private static String clean(String name) {
    String plain = name.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?").strip();
    String shown = plain.isEmpty() ? "node" : plain;
    return shown.length() > MOST_CHARACTERS ? shown.substring(0, MOST_CHARACTERS) : shown;
  }

  /** Takes a name, with a number behind it where it is taken already. */
  String take(String wanted) {
    String name = clean(wanted);
    while (!taken.add(name)) {
      name = clean(wanted) + "_" + (numbers.merge(clean(wanted), 1, Integer::sum) + 1);
    }
    return name;
  }

  /** A name like the wanted one that is free; not taken yet. */
  String free(NodeView view) {
    String wanted = of(view);
    String name = wanted;
    while (taken.contains(name)) {
      name = wanted + "_" + (numbers.merge(wanted, 1, Integer::sum) + 1);
    }
    return name;
  }

  /** Whether a name is free. */
  boolean free(String name) {
    return clean(name).equals(name) && !taken.contains(name);
  }
}
