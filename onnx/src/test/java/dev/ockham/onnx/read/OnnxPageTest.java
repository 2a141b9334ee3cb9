package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/onnx.md says of imports is what they say. */
class OnnxPageTest {
  private static String page = "";

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("..", "docs", "onnx.md"));
  }

  @Test
  void theExampleComesInAsShown() throws IOException {
    Matcher command = Pattern.compile("(?m)^\\./ockham import (\\S+) --out (\\S+)$").matcher(page);
    assertThat(command.find()).isTrue();
    ImportedNetwork network = OnnxImport.read(Path.of("..").resolve(command.group(1)));
    var graph = network.model().graph();
    long parameters = graph.parameters().stream().mapToLong(each -> each.shape().size()).sum();
    ImportedNetwork.Counts counts = network.counts();
    assertThat(page)
        .contains(
            String.format(
                Locale.ROOT,
                "%s: %s nodes read, %s folded, %s fused; %s nodes, %s parameters%n",
                command.group(2),
                counts.read(),
                counts.folded(),
                counts.fused(),
                counts.mapped(),
                parameters))
        .contains("input   input of " + graph.inputs().getFirst().shape() + "\n")
        .contains("output  output of " + graph.shape("output") + "\n");
  }

  @Test
  void refusalsAreInTheWordsShown() {
    List<String> quoted = new ArrayList<>();
    Matcher line = Pattern.compile("(?m)`(node '[^`]+)` \\|$").matcher(page);
    while (line.find()) {
      quoted.add(line.group(1));
    }
    assertThat(
            List.of(
                said("q", "QuantizeLinear", ""),
                said("l", "Loop", ""),
                said("f", "FusedConv", "com.microsoft"),
                said("s", "Softmax", ""),
                said("a", "ArgMax", ""),
                said("d", "Det", ""),
                said("r", "LSTM", ""),
                said("w", "Conv", ""),
                said("m", "Attention", "")))
        .containsExactlyElementsOf(quoted);
  }

  /** What an import says of a model of one node. */
  private static String said(String name, String operator, String domain) {
    SmallModel model = new SmallModel(14);
    switch (operator) {
      case "Softmax" -> model.input("x", 0, 4).node(operator, "y <- x", "axis", 0);
      case "Loop" ->
          model.input("x", 0, 4).node(operator, "y <- x", "body", GraphProto.getDefaultInstance());
      case "LSTM" ->
          model
              .input("x", 5, 0, 4)
              .weights("w", 1, 12, 4)
              .weights("r", 1, 12, 3)
              .weights("p", 1, 9)
              .node(operator, "y <- x w r _ _ _ _ p", "hidden_size", 3);
      case "Conv" ->
          model.input("x", 0, 2, 5, 5, 5).weights("k", 3, 2, 2, 2, 2).node(operator, "y <- x k");
      case "Attention" -> model.input("x", 0, 2, 5, 4).node(operator, "z _ _ y <- x x x");
      default -> model.input("x", 0, 4).node(operator, "y <- x");
    }
    ModelProto.Builder proto = model.output("y").proto();
    NodeProto.Builder node = proto.getGraphBuilder().getNodeBuilder(0);
    node.setName(name).setDomain(domain);
    byte[] bytes = proto.build().toByteArray();
    Throwable thrown =
        catchThrowable(() -> OnnxImport.read(bytes, "model.onnx", ImportOptions.NONE));
    return String.valueOf(thrown == null ? null : thrown.getMessage());
  }
}
