package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names of our nodes: what PyTorch calls the module where the file tells, else the ONNX node's
 * name. Names of merged initialisers such as {@code onnx::Conv_193} say nothing and are not used.
 */
final class NodeNames {
  private static final int MOST_CHARACTERS = 200;

  /** Operators whose name is that of their module alone, since they have its parameters. */
  private static final Set<String> WITH_PARAMETERS =
      Set.of(
          "Conv",
          "ConvTranspose",
          "Gemm",
          "MatMul",
          "Linear",
          "LSTM",
          "GRU",
          "RNN",
          "PRelu",
          "BatchNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "GroupNormalization");

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> reads;

  /** No names yet, for a program whose values are read so often. */
  NodeNames(Map<String, Integer> reads) {
    this.reads = reads;
  }

  /** What the node of an ONNX node would be called. */
  private String of(NodeView view) {
    for (String name : view.node().inputs()) {
      int end = name.indexOf(".weight");
      boolean own = end > 0 && reads.getOrDefault(name, 0) == 1;
      if (own && view.constants().containsKey(name)) {
        return clean(name.substring(0, end));
      }
    }
    boolean parameters =
        WITH_PARAMETERS.contains(view.node().operator()) && view.constant(1) != null;
    return clean(path(view.node().name(), view.node().operator(), parameters));
  }

  /**
   * {@code layer1.0.conv1} of {@code /layer1/layer1.0/conv1/Conv}, {@code layer1.0.add} of an Add.
   */
  private static String path(String name, String operator, boolean parameters) {
    List<String> parts = new ArrayList<>(List.of(name.split("/", -1)));
    parts.removeIf(String::isEmpty);
    String word = operator.toLowerCase(Locale.ROOT);
    if (parts.isEmpty()) {
      return word;
    }
    String last = parts.get(parts.size() - 1);
    String kind = last.replaceFirst("_[0-9]+$", "");
    boolean operation = OperatorTable.operators().contains(kind);
    String module = module(operation ? parts.subList(0, parts.size() - 1) : parts);
    if (!operation) {
      return module;
    }
    String number = kind.equals(operator) ? last.substring(kind.length()) : "";
    if (module.isEmpty()) {
      return word + number;
    }
    boolean said =
        parameters
            || module
                .substring(module.lastIndexOf('.') + 1)
                .toLowerCase(Locale.ROOT)
                .startsWith(word);
    return module + (said ? "" : "." + word) + number;
  }

  /** Names of nested modules joined; one that repeats the name before it replaces it. */
  private static String module(List<String> parts) {
    StringBuilder path = new StringBuilder();
    String last = "";
    for (String part : parts) {
      if (!last.isEmpty() && part.startsWith(last + ".")) {
        path.setLength(path.length() - last.length());
      } else if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(part);
      last = part;
    }
    return path.toString();
  }

  /** A name without characters that a graph of ours refuses. */
  static String clean(String name) {
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
