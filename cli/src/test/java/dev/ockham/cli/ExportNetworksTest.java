package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.arch.Architectures;
import dev.ockham.onnx.write.TorchStateDict;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every named network, with numbers drawn for it, goes out and is the same in ONNX Runtime. */
class ExportNetworksTest {
  private static final long MOST_WEIGHTS = 1_500_000;

  /** One of each kind; OperatorExportTest tries every operator. */
  private static final List<String> SOME =
      List.of("lenet-5-caffe", "resnet-20", "ds-cnn", "lstm-classifier", "transformer-encoder");

  @TempDir Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static Stream<String> networks() {
    return Architectures.catalog().stream()
        .map(Architectures.Entry::architecture)
        .filter(architecture -> architecture.graph().weights() < MOST_WEIGHTS)
        .map(architecture -> architecture.name());
  }

  static Stream<String> someNetworks() {
    return networks().filter(SOME::contains);
  }

  static Stream<String> otherNetworks() {
    return networks().filter(name -> !SOME.contains(name));
  }

  /** The network of a name with statistics for its norms, as a trained one has them. */
  private static Graph graph(String name) {
    Graph graph = Architectures.parse(name).graph();
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      for (Slot slot : node.operator().slots(graph.inputShapes(node))) {
        if (slot.role() == Role.STATISTIC) {
          taken.put(slot.name(), node.name() + "." + slot.name());
          parameters.add(new Parameter(node.name() + "." + slot.name(), slot.shape(), slot.role()));
        }
      }
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    return new Graph(graph.inputs(), parameters, nodes, graph.outputs());
  }

  private static Model model(String name) {
    Graph graph = graph(name);
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Matrix> values = new HashMap<>();
    for (Parameter parameter : graph.parameters()) {
      double spread = parameter.role().prunable() ? 1 / Math.sqrt(parameter.columns()) : 0.5;
      double centre = parameter.role() == Role.SCALE || isVariance(parameter) ? 1 : 0;
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (centre + spread * random.nextDouble(-1, 1));
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model(name, graph, values);
  }

  private static boolean isVariance(Parameter parameter) {
    return parameter.name().endsWith(".variance");
  }

  @Test
  void someAreThere() {
    assertThat(networks()).containsAll(SOME);
  }

  @ParameterizedTest
  @MethodSource("someNetworks")
  void isTheSameInOnnxRuntime(String name) throws IOException {
    isTheSame(name);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("otherNetworks")
  void soAreTheOthers(String name) throws IOException {
    isTheSame(name);
  }

  private void isTheSame(String name) throws IOException {
    Path model = folder.resolve("model.safetensors");
    ModelFile.of(model(name), Map.of()).save(model);
    Path out = folder.resolve("model.onnx");
    assertThat(json("export", model, "--out", out, "--json").get("checked").asBoolean()).isTrue();
  }

  @Test
  void aResidualNetworkHasTheNamesOfItsPyTorchTwin() {
    Map<String, Parameter> names = TorchStateDict.names(graph("resnet-20"));
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
    assertThat(TorchStateDict.names(graph("resnet-20-b")))
        .containsKeys("layer2.0.shortcut.0.weight", "layer2.0.shortcut.1.running_mean");
  }
}
