package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that PyTorch exported, by {@code src/test/python/make_models.py}. */
class TorchModelsTest {
  static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Path.of(TorchModelsTest.class.getResource("/torch").toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithOnnxRuntime(Path file) throws Exception {
    ImportedNetwork network = Agreement.check(file, ImportOptions.NONE, 3);
    assertThat(network.notes()).isEmpty();
    assertThat(network.counts().mapped()).isEqualTo(network.model().graph().nodes().size());
  }

  private static Model read(String name) throws IOException {
    return OnnxImport.read(FOLDER.resolve(name)).model();
  }

  private static List<Operator> operators(Model model) {
    return model.graph().nodes().stream().map(node -> node.operator()).toList();
  }

  @Test
  void layerNormOfNineNodesIsOne() throws IOException {
    for (String name : List.of("vit-12.onnx", "vit-17.onnx")) {
      assertThat(operators(read(name)))
          .filteredOn(operator -> operator instanceof Normalize)
          .hasSize(3)
          .containsOnly(new Normalize(Normalize.Over.LAYER, 1, 1, 1e-5f));
    }
  }

  @Test
  void activationsOfSeveralNodesAreOne() throws IOException {
    assertThat(operators(read("activations-17.onnx")))
        .contains(
            Activation.of(Activation.Function.GELU),
            Activation.of(Activation.Function.GELU_TANH),
            Activation.of(Activation.Function.SILU),
            Activation.of(Activation.Function.MISH));
    assertThat(operators(read("activations-11.onnx")))
        .contains(Activation.of(Activation.Function.HARD_SWISH))
        .doesNotContain(Activation.of(Activation.Function.ERF));
  }

  @Test
  void groupNormTakesItsScale() throws IOException {
    assertThat(operators(read("unet-9.onnx")))
        .contains(new Normalize(Normalize.Over.GROUP, 0, 2, 1e-5f));
  }

  @Test
  void parametersAreNamedAfterModulesEvenWhereInitializersAreMerged() throws IOException {
    List<String> names =
        read("transformer-13.onnx").graph().parameters().stream().map(Parameter::name).toList();
    assertThat(names)
        .contains(
            "tokens.weight",
            "encoder.layers.0.linear1.weight",
            "encoder.layers.1.linear1.bias",
            "head.weight");
    assertThat(names).noneMatch(name -> name.contains("onnx::"));
  }

  @Test
  void inputsAndOutputsKeepTheirNames() throws IOException {
    Model model = read("two-inputs.onnx");
    assertThat(model.graph().inputs()).extracting("name").containsExactly("image", "row");
    assertThat(model.graph().outputs()).containsExactly("class", "gate");
  }

  @Test
  void externalDataAreRead(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.onnx");
    Files.write(file, external(folder, "weights/model.onnx.data").toByteArray());
    Agreement.check(file, ImportOptions.NONE, 2);
    assertThat(OnnxImport.read(file).model())
        .isEqualTo(renamed(read("convolutions-17.onnx"), "model"));
  }

  private static Model renamed(Model model, String name) {
    return new Model(name, model.graph(), model.values());
  }

  /** A model whose tensors stand in a file beside it. */
  static ModelProto external(Path folder, String location) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(FOLDER.resolve("convolutions-17.onnx")))
            .toBuilder();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      ByteString raw = tensor.getRawData();
      tensor
          .clearRawData()
          .setDataLocation(TensorProto.DataLocation.EXTERNAL)
          .addExternalData(entry("location", location))
          .addExternalData(entry("offset", Integer.toString(bytes.size())))
          .addExternalData(entry("length", Integer.toString(raw.size())));
      raw.writeTo(bytes);
    }
    Path file = folder.resolve(location).normalize();
    Files.createDirectories(file.getParent());
    Files.write(file, bytes.toByteArray());
    return model.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
