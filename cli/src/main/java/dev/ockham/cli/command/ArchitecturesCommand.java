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
      "conv20x5: 20 channels, 5 x 5 window; p1 behind it is a padding of 1, s2 a stride of 2, g4",
      "groups, d2 a spread window. Without them: padding 0, stride 1 (a pool: its own size). The",
      "last layer gives a vector, one number per class. All layers (docs/networks.md says more):",
      "  with weights  dense500 conv20x5p1s2 dw3p1 convt16x2s2 embed1000x32",
      "                lstm64 bilstm64 gru64 bigru64 rnn64 birnn64; lstm64seq gives each step",
      "  norms         bn ln gn8 in lrn5",
      "  pools         pool2 avg3p1s2 gap gmp mean1 sum1 max1 min1",
      "  shapes        flatten reshape16x7x7 steps7x16 swap permute0x2x1 pad1 slice1x2to9"
          + " resize14x14",
      "  activations   relu relu6 leaky prelu elu gelu gelutanh silu mish hswish hsigmoid sigmoid",
      "                tanh softplus softsign sqrt exp log sin cos erf softmax logsoftmax",
      "  with numbers  leaky0.5 elu0.5 clip0.5to1 hsigmoid0.5plus1 threshold0.5 shrink0.5by1",
      "                scale0.5plus1",
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
