package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.arch.Architectures;
import dev.ockham.onnx.write.TorchStateDict;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.RandomGraphs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every named network, with numbers drawn for it, goes out and is the same in ONNX Runtime. */
class ExportNetworksTest {
  private static final long MOST_WEIGHTS = 1_500_000;

  @TempDir Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  static Stream<String> networks() {
    return Architectures.catalog().stream()
        .map(Architectures.Entry::architecture)
        .filter(architecture -> architecture.graph().weights() < MOST_WEIGHTS)
        .map(architecture -> architecture.name());
  }

  private static GraphSample sample(String name) {
    Graph graph = RandomGraphs.withStatistics(Architectures.parse(name).graph());
    Map<String, GraphSample.Domain> domains = new HashMap<>();
    for (Parameter parameter : graph.parameters()) {
      if (parameter.name().endsWith(".variance")) {
        domains.put(parameter.name(), GraphSample.Domain.POSITIVE);
      }
    }
    return new GraphSample(name, graph, domains);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isTheSameInOnnxRuntime(String name) throws IOException {
    Path model = folder.resolve("model.safetensors");
    ModelFile.of(sample(name).model(1), Map.of()).save(model);
    Path out = folder.resolve("model.onnx");
    assertThat(json("export", model, "--out", out, "--json").get("checked").asBoolean()).isTrue();
  }

  @Test
  void aResidualNetworkHasTheNamesOfItsPyTorchTwin() {
    Map<String, Parameter> names = TorchStateDict.names(sample("resnet-20").graph());
    assertThat(names)
        .containsKeys(
            "conv1.weight",
            "bn1.weight",
            "bn1.bias",
            "bn1.running_mean",
            "bn1.running_var",
            "layer1.0.conv1.weight",
            "layer3.2.bn2.running_var",
            "linear.weight",
            "linear.bias");
    assertThat(TorchStateDict.names(sample("resnet-20-b").graph()))
        .containsKeys("layer2.0.shortcut.0.weight", "layer2.0.shortcut.1.running_mean");
  }
}
