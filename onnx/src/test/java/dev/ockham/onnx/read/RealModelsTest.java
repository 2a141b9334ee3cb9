package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Shape;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RealModelsTest {
  @Test
  void residualNetworkOfCifarAgrees() throws Exception {
    ImportedNetwork network =
        Agreement.check(file("resnet20-cifar10.onnx"), ImportOptions.NONE, 100);
    assertThat(network.model().input()).isEqualTo(Shape.of(3, 32, 32));
    assertThat(network.model().classes()).isEqualTo(10);
    assertThat(network.model().architecture()).isEqualTo("resnet20-cifar10");
    assertThat(network.model().weightCount()).isEqualTo(268_336);
  }

  @Tag("long")
  @Test
  void faceDetectorAgrees() throws Exception {
    ImportedNetwork network = Agreement.check(file("face-slim-320.onnx"), ImportOptions.NONE, 100);
    assertThat(network.model().graph().outputs()).containsExactly("scores", "boxes");
    assertThat(network.model().graph().nodes())
        .filteredOn(node -> node.operator() instanceof Activation)
        .isNotEmpty();
  }

  private static Path file(String name) {
    Optional<Path> file = SharedModels.find(name);
    assumeTrue(file.isPresent(), name + " is not on this machine: set OCKHAM_DATA");
    return file.orElseThrow();
  }
}
