package dev.ockham.onnx.read;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which operators and parameters come back from ONNX as equal records, and what the others come
 * back as.
 */
final class ReturnedRecords {
  private static final Path LIST = Path.of("src/test/resources/conformance/returned.txt");

  private ReturnedRecords() {}

  /** What samples come back as by {@code returned.txt}, by their names; all others are equal. */
  static Map<String, String> listed() throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" -> ", 2))
        .collect(Collectors.toMap(line -> line[0], line -> line[1]));
  }

  /**
   * Empty text for equal operators and parameters; otherwise the one operator that came back, the
   * kinds of several, or the parameters where only these differ.
   */
  static String difference(Graph first, Graph second) {
    List<Operator> operators = operators(second);
    if (operators.equals(operators(first))) {
      List<String> parameters = parameters(second);
      return parameters.equals(parameters(first)) ? "" : "with " + String.join(", ", parameters);
    }
    return operators.size() == 1
        ? operators.getFirst().toString()
        : operators.stream().map(Operator::kind).collect(Collectors.joining(", "));
  }

  private static List<Operator> operators(Graph graph) {
    return graph.nodes().stream().map(Node::operator).toList();
  }

  private static List<String> parameters(Graph graph) {
    return graph.parameters().stream()
        .map(parameter -> parameter.role() + " of " + parameter.shape())
        .toList();
  }
}
