package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Agreement;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What {@code ockham export} writes, prints and refuses to write. */
class ExportTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyRuns.data(folder.resolve("data"));
    TinyRuns.train(data, folder.resolve("run"), "--method", "sparse-vd");
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  static Stream<Path> zoo() throws IOException {
    Path zoo = SourceTree.root().resolve("zoo");
    try (Stream<Path> files = Files.list(zoo)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void everyModelOfTheZooGoesOut(Path model) throws IOException {
    Path out = folder.resolve(model.getFileName() + ".onnx");
    JsonNode result = json("export", model, "--out", out, "--json");
    assertThat(result.propertyNames())
        .containsExactly(
            "file",
            "format",
            "file_bytes",
            "opset",
            "operators",
            "checked",
            "checked_examples",
            "largest_difference");
    ModelProto written = ModelProto.parseFrom(Files.readAllBytes(out));
    assertThat(result.get("file_bytes").asLong()).isEqualTo(Files.size(out));
    assertThat(result.get("operators").asInt()).isEqualTo(written.getGraph().getNodeCount());
    assertThat(result.get("checked").asBoolean()).isTrue();
    assertThat(result.get("checked_examples").asInt()).isEqualTo(4);
    assertThat(result.get("largest_difference").asDouble()).isBetween(0.0, Agreement.LIMIT);
    ModelFile file = ModelFile.load(model);
    assertThat(OnnxMetadata.of(written))
        .isEqualTo(OnnxMetadata.of(file.model().architecture(), file.rules(), file.provenance()));
  }

  @Test
  void aRunGoesOutAsPruneWouldMakeIt() throws IOException {
    Path pruned = folder.resolve("pruned.safetensors");
    json("prune", folder.resolve("run"), "--sparsity", "0.8", "--out", pruned, "--json");
    Path ofRun = folder.resolve("run.onnx");
    Path ofModel = folder.resolve("pruned.onnx");
    JsonNode result =
        json(
            "export",
            folder.resolve("run"),
            "--sparsity",
            "0.8",
            "--data",
            folder.resolve("data"),
            "--out",
            ofRun,
            "--json");
    json("export", pruned, "--no-check", "--out", ofModel, "--json");
    assertThat(Files.readAllBytes(ofRun)).isEqualTo(Files.readAllBytes(ofModel));
    assertThat(result.get("checked_examples").asInt()).isEqualTo(1 + 3 + 40);
    List<String> operators =
        ModelProto.parseFrom(Files.readAllBytes(ofRun)).getGraph().getNodeList().stream()
            .map(NodeProto::getOpType)
            .toList();
    assertThat(operators).startsWith("Constant", "Sub", "Constant", "Mul").contains("Gemm", "Relu");
  }

  @Test
  void namesOfClassesTravel() throws IOException {
    Model model = ModelFile.load(folder.resolve("run/model.safetensors")).model();
    List<String> classes = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    Path named = folder.resolve("named.safetensors");
    new ModelFile(model, new TreeMap<>(), DataRules.ofClasses(classes)).save(named);
    Path out = folder.resolve("named.onnx");
    json("export", named, "--no-check", "--out", out, "--json");
    ModelProto written = ModelProto.parseFrom(Files.readAllBytes(out));
    assertThat(OnnxMetadata.of(written).rules().classes()).isEqualTo(classes);
  }

  @Test
  void sparseInitializersTakeFewerBytes() {
    Path run = folder.resolve("run");
    long dense = bytes(run, folder.resolve("dense.onnx"));
    long sparse = bytes(run, folder.resolve("sparse.onnx"), "--sparse-initializers");
    assertThat(sparse).isLessThan(dense);
  }

  private static long bytes(Path run, Path out, Object... more) {
    Object[] base = {"export", run, "--sparsity", "0.9", "--json", "--out", out};
    return json(Stream.concat(Stream.of(base), Stream.of(more)).toArray())
        .get("file_bytes")
        .asLong();
  }

  /** Sums that cancel but for what rounding leaves, which no two orders of adding share. */
  private static Path illConditioned() throws IOException {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("x", 500);
    Value twice = builder.concat(0, x, x);
    Value sum = builder.named("sum").dense(twice, 1);
    float[] weights = new float[1000];
    for (int i = 0; i < 500; i++) {
      weights[i] = 1 + i % 7 / 3f;
      weights[i + 500] = -weights[i];
    }
    Map<String, Matrix> values = new HashMap<>();
    values.put("sum.weight", DenseMatrix.of(1, 1000, weights));
    values.put("sum.bias", DenseMatrix.of(1, 1, new float[1]));
    Path file = folder.resolve("ill.safetensors");
    ModelFile.of(new Model("ill", builder.build(sum), values), Map.of()).save(file);
    return file;
  }

  @Test
  void whatOnnxRuntimeDoesNotConfirmIsNotWritten() throws IOException {
    Path model = illConditioned();
    SortedMap<String, String> before = TinyRuns.contents(folder);
    CommandLineRun run = CommandLineRun.of("export", model, "--out", folder.resolve("ill.onnx"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .startsWith("ockham: " + model + ": output 'sum', number 0 of example ")
        .contains("ONNX Runtime gives", "Ockham", "of the output's scale, more than 1.0E-5")
        .endsWith("; nothing is written" + System.lineSeparator());
    assertThat(TinyRuns.contents(folder)).isEqualTo(before);
  }

  @Test
  void whatIsNotCheckedIsSaid() throws IOException {
    Path out = folder.resolve("unchecked.onnx");
    CommandLineRun run = CommandLineRun.of("export", illConditioned(), "--no-check", "--out", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("not checked: no runtime has run it");
    assertThat(out).exists();
  }

  @Test
  void anEarlierExportIsReplaced() throws IOException {
    Path out = folder.resolve("again.onnx");
    json("export", folder.resolve("run"), "--no-check", "--out", out, "--json");
    byte[] first = Files.readAllBytes(out);
    json("export", illConditioned(), "--no-check", "--out", out, "--json");
    assertThat(Files.readAllBytes(out)).isNotEqualTo(first);
    Path state = folder.resolve("again.safetensors");
    for (int i = 0; i < 2; i++) {
      json("export", folder.resolve("run"), "--format", "safetensors", "--out", state, "--json");
    }
    assertThat(state).exists();
  }

  @Test
  void aStateDictHasTheNamesOfPyTorch() throws IOException {
    Path model = folder.resolve("run/model.safetensors");
    Path out = folder.resolve("state.safetensors");
    JsonNode result = json("export", model, "--format", "safetensors", "--out", out, "--json");
    assertThat(result.propertyNames()).containsExactly("file", "format", "file_bytes", "tensors");
    SafetensorsFile written = Safetensors.read(out);
    assertThat(written.tensors().keySet())
        .contains("dense1.weight", "dense1.bias", "dense2.weight", "input.scaling.mean");
    assertThat(written.tensor("dense2.weight").toFloats())
        .isEqualTo(ModelFile.load(model).model().value("dense2.weight").toDense());
    assertThat(written.metadata()).containsEntry("format", "pt");
  }
}
