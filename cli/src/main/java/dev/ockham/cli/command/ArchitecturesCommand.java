package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.LayerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
      "Where a network is asked for, net: describes any other: the input (channels x rows x"
          + " columns, or the length of a vector), then its layers, joined by '-':",
      "  net:1x28x28-conv20x5-relu-pool2-flatten-dense500-relu-dense10",
      "convNxK: N channels, K x K window, no padding; poolK: largest of K x K; denseN: N units; bn:"
          + " batch norm, directly behind conv or dense. The last layer has one output per class."
    })
public final class ArchitecturesCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Architectures.Entry entry : Architectures.catalog()) {
      Architecture architecture = entry.architecture();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", architecture.name());
      row.put("description", entry.description());
      row.put("input", architecture.input().toString());
      row.put("weights", architecture.weights());
      row.put("parameters", architecture.parameters());
      List<Map<String, Object>> layers = new ArrayList<>();
      for (LayerSpec.Linear layer : architecture.linearLayers()) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("name", layer.name());
        shape.put("shape", Arrays.stream(layer.shape()).boxed().toList());
        layers.add(shape);
      }
      row.put("layers", layers);
      rows.add(row);
    }
    common.print(
        Map.of("architectures", rows),
        () -> {
          Architectures.catalog().forEach(this::say);
          common
              .out()
              .printf(
                  "%-16s any widths, first the pixels, last the classes%n%-16s any layers of"
                      + " conv20x5, bn, pool2, relu, flatten, dense10; see --help%n",
                  "mlp:IN-…-OUT", "net:IN-LAYER-…");
        });
    return 0;
  }

  private void say(Architectures.Entry entry) {
    Architecture architecture = entry.architecture();
    String layers =
        architecture.linearLayers().stream()
            .map(layer ->
                layer.name()
                    + " "
                    + Arrays.stream(layer.shape())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining("×")))
            .collect(Collectors.joining(", "));
    common
        .out()
        .printf(
            "%-16s %s%n%16s %s weights: %s%n",
            architecture.name(), entry.description(), "", architecture.weights(), layers);
  }
}
