package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every network that PyTorch exported for the tests of the import learns its own outputs under
 * Sparse VD, magnitude and a structured method, is pruned, compacted, saved and run.
 */
class ImportedNetworksTest {

  private static final Path EXPORTS = Path.of("..", "onnx", "src", "test", "resources", "torch");

  @TempDir private Path temp;

  static List<Path> exports() throws IOException {
    try (Stream<Path> files = Files.list(EXPORTS)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }

  /** One of each family that the files' names begin with. */
  static Collection<Path> someExports() throws IOException {
    Map<String, Path> first = new LinkedHashMap<>();
    for (Path file : exports()) {
      first.putIfAbsent(String.valueOf(file.getFileName()).replaceAll("-.*", ""), file);
    }
    return first.values();
  }

  static List<Path> otherExports() throws IOException {
    List<Path> others = new ArrayList<>(exports());
    others.removeAll(someExports());
    return others;
  }

  @ParameterizedTest
  @MethodSource("someExports")
  void isPrunedWithoutLabels(Path file) throws Exception {
    isPruned(OnnxImport.read(file).model(), 0.003, "random:60");
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("otherExports")
  void theOthersAreToo(Path file) throws Exception {
    isPruned(OnnxImport.read(file).model(), 0.003, "random:60");
  }

  /** A residual network of CIFAR-10, and where there is time a detector of faces: a few steps. */
  @ParameterizedTest
  @ValueSource(strings = "resnet20-cifar10.onnx")
  void modelsOfOthersArePrunedWithoutLabels(String name) throws Exception {
    isPrunedIfHere(name);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = "face-slim-320.onnx")
  void largeModelsOfOthersAreToo(String name) throws Exception {
    isPrunedIfHere(name);
  }

  private void isPrunedIfHere(String name) throws Exception {
    Optional<Path> file = sharedModel(name);
    assumeTrue(file.isPresent(), name + " is not on this machine: set OCKHAM_DATA");
    isPruned(OnnxImport.read(file.orElseThrow()).model(), 1e-4, "random:10");
  }

  private void isPruned(Model model, double rate, String data) throws Exception {
    assertThat(model.graph().prunable()).isNotEmpty();
    List<String> methods = new ArrayList<>(TaughtRuns.METHODS);
    if (model.graph().nodes().stream().noneMatch(node -> gated(node.operator()))) {
      methods.remove("sbp"); // Gates stand at dense layers and convolutions.
    }
    for (String method : methods) {
      Files.createDirectories(temp.resolve(method));
      TaughtRuns.teach(
          TaughtRuns.spec(method, 2).withLearningRate(rate), model, data, temp.resolve(method));
    }
  }

  private static boolean gated(Operator operator) {
    return operator instanceof Linear || operator instanceof Convolution;
  }

  /** A file of the folder {@code models}: of OCKHAM_DATA, or of shared/data beside the project. */
  private static Optional<Path> sharedModel(String name) {
    List<Path> folders = new ArrayList<>();
    String data = System.getenv("OCKHAM_DATA");
    if (data != null && !data.isBlank()) {
      folders.add(Path.of(data));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      folders.add(at.resolve("shared/data"));
    }
    return folders.stream()
        .map(folder -> folder.resolve("models").resolve(name))
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
