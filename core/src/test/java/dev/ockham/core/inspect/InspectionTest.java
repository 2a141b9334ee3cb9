package dev.ockham.core.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.inspect.FilePart.Kind;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTest {

  @TempDir private Path temp;

  /** Every tenth number of every weight is not 0, which is few enough for compressed rows. */
  private static Model sparse(String architecture) {
    Graph graph = Architectures.parse(architecture).graph();
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(p -> {
          float[] values = new float[p.shape().size()];
          for (int i = 0; i < values.length; i += p.role().prunable() ? 10 : 1) {
            values[i] = 1 + i;
          }
          numbers.put(p.name(), DenseMatrix.of(p.rows(), p.columns(), values));
        });
    return new Model(architecture, graph, numbers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-300-100", "lenet-5-caffe", "resnet-20", "transformer-encoder"})
  void thePartsOfAModelAddUpToItsFile(String architecture) throws IOException {
    Model model = sparse(architecture);
    Path file = temp.resolve("model.safetensors");
    ModelFile.of(model, Map.of("note", "\"quoted\"")).save(file);
    Inspection found = Inspection.read(file);
    assertThat(found.kind()).isEqualTo(Inspection.Kind.MODEL);
    assertThat(found.bytes()).isEqualTo(Files.size(file));
    assertThat(found.parts().stream().mapToLong(FilePart::bytes).sum()).isEqualTo(found.bytes());
    assertThat(found.metadata()).containsEntry("note", "\"quoted\"").doesNotContainKey("graph");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int from = text.indexOf("\"graph\":") + "\"graph\":".length();
    assertThat(text.charAt((int) (from + found.bytes(Kind.GRAPH))))
        .as("what stands behind the graph's text")
        .isIn(',', '}');
    assertThat(text.charAt((int) (from + found.bytes(Kind.GRAPH) - 1))).isEqualTo('"');
    NetworkFacts network = Objects.requireNonNull(found.network());
    assertThat(network.nonzero()).isEqualTo(model.nonZeroWeights());
    assertThat(network.weights()).isEqualTo(model.weightCount());
    assertThat(network.sparsity()).isBetween(0.89, 0.91);
    assertThat(network.multiplyAdds()).isEqualTo(ModelWork.of(model).denseMultiplyAdds());
    assertThat(network.sparseMultiplyAdds()).isEqualTo(ModelWork.of(model).sparseMultiplyAdds());
    assertThat(network.nodes().stream().mapToLong(NodeFacts::multiplyAdds).sum())
        .isEqualTo(network.multiplyAdds());
    assertThat(network.parameters())
        .isEqualTo(model.graph().parameters().stream().mapToLong(p -> p.shape().size()).sum());
    assertThat(network.operators().values().stream().mapToInt(n -> n).sum())
        .isEqualTo(model.graph().nodes().size());
  }

  @Test
  void compressedRowsAreToldFromDenseTensors() throws IOException {
    Path file = temp.resolve("model.safetensors");
    ModelFile.of(sparse("mlp:40-30-20"), Map.of()).save(file);
    Inspection found = Inspection.read(file);
    assertThat(found.parts())
        .contains(new FilePart("dense1.weight.values", Kind.VALUES, "F32[120]", 480))
        .contains(new FilePart("dense1.weight.columns", Kind.INDICES, "U8[120]", 120))
        .contains(new FilePart("dense1.bias", Kind.DENSE, "F32[30]", 120));
  }

  @Test
  void tensorsOfAnotherToolHaveNoNetwork() throws IOException {
    Path file = temp.resolve("weights.safetensors");
    Safetensors.write(
        file,
        SafetensorsFile.of(
            Map.of("format", "pt"), Map.of("a.values", StoredTensor.ofFloats(new float[6], 2, 3))));
    Inspection found = Inspection.read(file);
    assertThat(found.kind()).isEqualTo(Inspection.Kind.TENSORS);
    assertThat(found.network()).isNull();
    assertThat(found.parts()).contains(new FilePart("a.values", Kind.DENSE, "F32[2, 3]", 24));
    assertThat(found.bytes()).isEqualTo(Files.size(file));
  }

  @Test
  void aNetworkAlone() throws IOException {
    Path file = temp.resolve("network.json");
    Files.writeString(file, GraphJson.writeReadable(Architectures.parse("resnet-20").graph()));
    Inspection found = Inspection.read(file);
    NetworkFacts network = Objects.requireNonNull(found.network());
    assertThat(found.kind()).isEqualTo(Inspection.Kind.NETWORK);
    assertThat(network.operators()).containsEntry("convolution", 19).containsEntry("normalize", 19);
    assertThat(network.nodes().getFirst().settings()).isEqualTo("16, 3×3, padding 1");
    assertThat(network.weights()).isEqualTo(268_336);
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    assertThatThrownBy(() -> Inspection.read(temp)).hasMessageContaining("is not a run");
  }
}
