package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.RunPages;
import dev.ockham.core.inspect.FilePart;
import dev.ockham.core.inspect.Inspection;
import dev.ockham.core.inspect.NetworkFacts;
import dev.ockham.core.inspect.NodeFacts;
import dev.ockham.core.spec.SpecException;
import dev.ockham.report.page.NetworkPage;
import dev.ockham.runtime.graph.Input;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham inspect}. */
@Command(
    name = "inspect",
    description = {
      "Say what a model is: inputs, outputs, operators, shapes, weights, and where its bytes go.",
      "FILE is a model of Ockham, an ONNX file, a safetensors file of another tool, a network.json,"
          + " or a run's folder (its model; its network where there is none yet)."
    },
    footer = {"", "Example: ockham inspect runs/first --html network.html"})
public final class InspectCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "What to look at.")
  private Path file = Path.of("");

  @Option(
      names = "--html",
      paramLabel = "PAGE",
      description = "Also draw the graph: an HTML file that needs no network.")
  private @Nullable Path html;

  @Override
  public Integer call() throws IOException {
    if (html != null) {
      RunPages.requireReplaceable(html);
    }
    Inspection inspection = Inspection.read(file);
    if (html != null) {
      if (inspection.network() == null) {
        throw new SpecException(
            "--html: %s holds tensors without a network; there is no graph to draw"
                .formatted(inspection.file()));
      }
      NetworkPage.write(inspection, html);
    }
    common.print(tree(inspection), () -> say(inspection));
    return 0;
  }

  private Map<String, Object> tree(Inspection inspection) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("file", inspection.file().toString());
    tree.put("kind", inspection.kind().words());
    tree.put("bytes", inspection.bytes());
    NetworkFacts network = inspection.network();
    if (network != null) {
      tree.putAll(tree(network));
    }
    tree.put("parts", inspection.parts().stream().map(InspectCommand::tree).toList());
    tree.put("metadata", inspection.metadata());
    if (html != null) {
      tree.put("html", html.toString());
    }
    return tree;
  }

  private static Map<String, Object> tree(NetworkFacts network) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("architecture", network.architecture());
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (Input input : network.inputs()) {
      inputs.put(input.name(), input.shape().dims());
    }
    tree.put("inputs", inputs);
    Map<String, Object> outputs = new LinkedHashMap<>();
    network.outputs().forEach((name, shape) -> outputs.put(name, shape.dims()));
    tree.put("outputs", outputs);
    tree.put("operators", network.operators());
    tree.put("parameters", network.parameters());
    tree.put("weights", network.weights());
    tree.put("nonzero_weights", network.nonzero());
    tree.put("sparsity", network.sparsity());
    tree.put("multiply_adds", network.multiplyAdds());
    tree.put("multiply_adds_without_zeros", network.sparseMultiplyAdds());
    List<Map<String, Object>> nodes = new ArrayList<>();
    network.nodes().forEach(node -> nodes.add(tree(node)));
    tree.put("nodes", nodes);
    return tree;
  }

  private static Map<String, Object> tree(NodeFacts node) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", node.name());
    tree.put("operator", node.operator());
    tree.put("settings", node.settings());
    tree.put("inputs", node.inputs());
    tree.put("shape", node.shape().dims());
    tree.put("parameters", node.parameters());
    tree.put("weights", node.weights());
    tree.put("nonzero_weights", node.nonzero());
    tree.put("multiply_adds", node.multiplyAdds());
    return tree;
  }

  private static Map<String, Object> tree(FilePart part) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", part.name());
    tree.put("holds", part.kind().words());
    tree.put("form", part.form());
    tree.put("bytes", part.bytes());
    return tree;
  }

  private void say(Inspection inspection) {
    PrintWriter out = common.out();
    out.printf(
        Locale.ROOT,
        "%s: %s, %,d bytes%n",
        inspection.file(),
        inspection.kind().words(),
        inspection.bytes());
    NetworkFacts network = inspection.network();
    if (network != null) {
      say(network, out);
    }
    out.println();
    List<List<String>> parts = new ArrayList<>();
    parts.add(List.of("part", "holds", "form", "bytes"));
    for (FilePart part : inspection.parts()) {
      parts.add(List.of(part.name(), part.kind().words(), part.form(), count(part.bytes())));
    }
    table(parts, 3, out);
    if (html != null) {
      out.printf("%n%s: open it in a browser%n", html.toAbsolutePath());
    }
  }

  private static void say(NetworkFacts network, PrintWriter out) {
    out.printf("architecture  %s%n", network.architecture());
    network
        .inputs()
        .forEach(input -> out.printf("input         %s %s%n", input.name(), input.shape()));
    network.outputs().forEach((name, shape) -> out.printf("output        %s %s%n", name, shape));
    List<String> operators = new ArrayList<>();
    network.operators().forEach((name, number) -> operators.add(number + " " + name));
    out.printf("operators     %s%n", String.join(", ", operators));
    out.printf(
        Locale.ROOT,
        "weights       %,d of %,d parameters; %,d are not 0, sparsity %.4f%n",
        network.weights(),
        network.parameters(),
        network.nonzero(),
        network.sparsity());
    out.printf(
        Locale.ROOT,
        "multiply-adds %,d for one example; %,d without zeros%n%n",
        network.multiplyAdds(),
        network.sparseMultiplyAdds());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("node", "operator", "gives", "weights", "not 0", "multiply-adds"));
    for (NodeFacts node : network.nodes()) {
      rows.add(
          List.of(
              node.name(),
              (node.operator() + " " + node.settings()).strip(),
              node.shape().toString(),
              count(node.weights()),
              count(node.nonzero()),
              count(node.multiplyAdds())));
    }
    table(rows, 3, out);
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A table whose columns from {@code numbers} on are numbers. */
  private static void table(List<List<String>> rows, int numbers, PrintWriter out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i < numbers ? row.get(i) + padding : padding + row.get(i)).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
