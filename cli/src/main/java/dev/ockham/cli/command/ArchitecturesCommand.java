package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.Argument;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.runtime.graph.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ockham architectures}. */
@Command(
    name = "architectures",
    description = "List the networks known by name.",
    footer = {
      "",
      "Arguments stand behind a colon: resnet-20:classes=100,size=64. What is not said is as"
          + " listed.",
      "",
      "Where a network is asked for, net: describes any whose layers follow each other: the input,",
      "then the layers, joined by '-':",
      "  net:1x28x28-conv20x5-relu-pool2-flatten-dense500-relu-dense10   channels, rows, columns",
      "  net:40x101-conv64x10-bn-relu-gap-dense12                        channels, positions",
      "  net:20-dense16-relu-dense2                                      a vector",
      "  net:t50-embed1000x32-lstm64-dense2                              tokens",
      "  net:t50x8-gru32-dense2                                          steps, features",
      "convNxK: N channels, K x K window, no padding; conv20x5p1s2: padding 1, stride 2; poolK:",
      "largest of K x K; denseN: N units; bn: batch norm. The last layer has one output per class;",
      "a layer that does not exist is answered with all that do.",
      "",
      "A name that ends with .json is a file that holds any graph, such as network.json of a run."
    })
public final class ArchitecturesCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    common.print(
        Map.of(
            "architectures",
            Architectures.catalog().stream().map(ArchitecturesCommand::row).toList()),
        () -> {
          Architectures.catalog().forEach(this::say);
          common
              .out()
              .printf(
                  "%-20s any widths, first the pixels, last the classes%n%-20s any layers behind"
                      + " each other; see --help%n%-20s any graph, as run folders keep theirs%n",
                  "mlp:IN-…-OUT", "net:IN-LAYER-…", "NAME.json");
        });
    return 0;
  }

  private static Map<String, Object> row(Architectures.Entry entry) {
    Architecture architecture = entry.architecture();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", architecture.name());
    row.put("description", entry.description());
    row.put("input", architecture.example().toString());
    row.put("inputs", architecture.inputs().stream().map(ArchitecturesCommand::row).toList());
    row.put("arguments", entry.arguments().stream().map(ArchitecturesCommand::row).toList());
    row.put("weights", architecture.weights());
    row.put("parameters", architecture.parameters());
    row.put("multiply_adds", architecture.graph().multiplyAdds());
    List<Map<String, Object>> layers = new ArrayList<>();
    for (WeightTensor layer : architecture.weightTensors()) {
      Map<String, Object> shape = new LinkedHashMap<>();
      shape.put("name", layer.name());
      shape.put("shape", layer.parameter().shape().dims());
      layers.add(shape);
    }
    row.put("layers", layers);
    return row;
  }

  private static Map<String, Object> row(Input input) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", input.name());
    row.put("shape", input.shape().dims());
    return row;
  }

  private static Map<String, Object> row(Argument argument) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", argument.name());
    row.put("usual", argument.usual());
    row.put("least", argument.least());
    row.put("most", argument.most());
    return row;
  }

  private void say(Architectures.Entry entry) {
    Architecture architecture = entry.architecture();
    String arguments =
        entry.arguments().stream()
            .map(argument -> argument.name() + "=" + argument.usual())
            .collect(Collectors.joining(","));
    String inputs =
        architecture.inputs().stream()
            .map(input -> input.name() + " of " + input.shape())
            .collect(Collectors.joining(", "));
    common
        .out()
        .printf(
            Locale.ROOT,
            "%-20s %s%n%20s %s; %d weights, %d parameters, %d multiply-adds%n%s",
            architecture.name(),
            entry.description(),
            "",
            inputs,
            architecture.weights(),
            architecture.parameters(),
            architecture.graph().multiplyAdds(),
            arguments.isEmpty() ? "" : "%20s :%s%n".formatted("", arguments));
  }
}
