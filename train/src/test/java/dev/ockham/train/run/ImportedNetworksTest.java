package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  @ParameterizedTest
  @MethodSource("exports")
  void isPrunedWithoutLabels(Path file) throws Exception {
    Model model = OnnxImport.read(file).model();
    assertThat(model.graph().prunable()).isNotEmpty();
    List<String> methods = new ArrayList<>(TaughtRuns.METHODS);
    if (model.graph().nodes().stream().noneMatch(node -> gated(node.operator()))) {
      methods.remove("sbp"); // Gates stand at dense layers and convolutions.
    }
    for (String method : methods) {
      Files.createDirectories(temp.resolve(method));
      TaughtRuns.teach(TaughtRuns.spec(method, 2), model, "random:60", temp.resolve(method));
    }
  }

  private static boolean gated(Operator operator) {
    return operator instanceof Linear || operator instanceof Convolution;
  }
}
