package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of version 1 are read as graphs, with the same numbers under the same names. */
class ModelFileVersion1Test {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  static List<Path> zoo() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("ockham.root")));
    try (Stream<Path> files = Files.list(root.resolve("zoo"))) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  @Test
  void thereIsAZoo() throws IOException {
    assertThat(zoo()).hasSizeGreaterThanOrEqualTo(5);
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void theZooLoadsWithItsHashes(Path file) throws IOException {
    SafetensorsFile stored = Safetensors.read(file);

    ModelFile loaded = ModelFile.load(file);
    loaded.save(path);
    ModelFile again = ModelFile.load(path);

    assertThat(loaded.weightsSha256())
        .isEqualTo(stored.weightsSha256())
        .isEqualTo(again.weightsSha256());
    assertThat(Safetensors.read(path).metadata()).containsEntry("version", "2");
    assertThat(again.provenance())
        .isEqualTo(loaded.provenance())
        .containsKeys("method", "seed", "threshold", "data_sha256")
        .doesNotContainKeys("format", "version", "graph");
    ModelFileTest.assertSameNumbers(again.model(), loaded.model());
    assertThat(loaded.model().input()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(loaded.model().classes()).isEqualTo(10);
    stored
        .tensors()
        .forEach((name, tensor) -> {
          if (tensor.dtype() == DType.F32 && !name.endsWith(".values")) {
            assertThat(loaded.model().value(name).toDense()).isEqualTo(tensor.toFloats());
          }
        });
  }

  @Test
  void aNetworkOfTheZooHasTheNamesThatItsTensorsHave() throws IOException {
    Graph graph =
        ModelFile.load(zoo().get(0).resolveSibling("lenet-5-caffe-sparse-vd.safetensors"))
            .model()
            .graph();

    assertThat(graph.nodes().stream().map(Node::name))
        .containsExactly(
            "standardize",
            "conv1",
            "pool1",
            "conv2",
            "pool2",
            "flatten",
            "dense1",
            "relu1",
            "dense2");
    assertThat(graph.inputs().get(0).name()).isEqualTo("input");
    assertThat(graph.parameter("input.mean").shape()).isEqualTo(Shape.of(1));
    assertThat(graph.parameter("conv2.weight").shape()).isEqualTo(Shape.of(14, 10, 5, 5));
    assertThat(graph.parameter("dense1.weight").shape()).isEqualTo(Shape.of(63, 224));
    assertThat(graph.parameter("dense1.bias").shape()).isEqualTo(Shape.of(63));
  }

  @ParameterizedTest
  @CsvSource({
    "convolutional, be78b10c1351fbc9ead686a1e9728114d9a58dd15a58abd31610fbd0c8f8791e",
    "gates, 952e159a0e30d6080fd9e4580f5b7b1d693b250278b8a8f23922fb41f0c58283",
    "features, 88745e673dcbfdf534d5b8ca99207a513c0ec415353c9fabdc82b3849343638d",
  })
  void filesOfAnOldBuildLoad(String name, String sha256) throws IOException {
    Files.write(path, ModelFileTest.resource("model-version-1-" + name + ".base64"));

    ModelFile loaded = ModelFile.load(path);

    assertThat(loaded.weightsSha256()).isEqualTo(sha256);
    assertThat(loaded.provenance()).isEqualTo(Map.of("seed", "1"));
    loaded.save(path);
    assertThat(ModelFile.load(path).weightsSha256()).isEqualTo(sha256);
    Standardize first = (Standardize) loaded.model().graph().nodes().get(0).operator();
    assertThat(first.each())
        .isEqualTo(name.equals("features") ? Standardize.Each.FEATURE : Standardize.Each.ALL);
  }

  /**
   * The hashes changed once, when sums became fused multiply-adds: by at most 2.4e-7 of the largest
   * number that the build which wrote the files gave.
   */
  @ParameterizedTest
  @CsvSource({
    "convolutional, 8e07a2d3a875303030d2b563ec0fd4a495a53848d36aeda6d2820c08338e9975",
    "gates, 3176c96bfcbb0585fb8f37ff42f790d95467d30c1c1f3fe801375940d701bef7",
    "features, 9499b2f7197102f2afc36b57a74f5cafe39dc6d9298471a2675d3cde2d579274",
  })
  void logitsKeepTheirBits(String name, String sha256) throws Exception {
    Files.write(path, ModelFileTest.resource("model-version-1-" + name + ".base64"));
    Model model = ModelFile.load(path).model();
    float[] images = new float[300 * model.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (i * 37 + i / 32 * 11) & 255;
    }

    float[] logits = Plan.of(model).run(images, 300, 2);

    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * logits.length);
    bytes.asFloatBuffer().put(logits);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array())))
        .isEqualTo(sha256);
  }

  @Test
  void gatesAndAffinesKeepNamesAndNumbers() throws IOException {
    Files.write(path, ModelFileTest.resource("model-version-1-gates.base64"));
    SafetensorsFile stored = Safetensors.read(path);

    ModelFile loaded = ModelFile.load(path);

    Node gate = Objects.requireNonNull(loaded.model().graph().node("conv1.gate"));
    assertThat(gate.operator()).isEqualTo(new DependentGate(0, 0.1f));
    for (String name :
        List.of("conv1.gate.scale", "conv1.gate.factor", "fc1.gate.shift", "norm5.scale")) {
      assertThat(loaded.model().value(name).toDense()).isEqualTo(stored.tensor(name).toFloats());
    }
  }

  @Test
  void aGateWithAFactorBelowZeroIsRefused() throws IOException {
    Files.write(path, ModelFileTest.resource("model-version-1-gates.base64"));
    SafetensorsFile stored = Safetensors.read(path);
    SortedMap<String, StoredTensor> tensors = new TreeMap<>(stored.tensors());
    tensors.put("conv1.gate.factor", StoredTensor.ofFloats(new float[] {1, -1, 1, 1, 1}, 5));
    Safetensors.write(path, new SafetensorsFile(stored.metadata(), tensors));

    assertRefused("gate 'conv1.gate': factor[1] = -1.0 is negative");
  }

  @Test
  void vectorsAndImagesOfOnePixelAreAsInVersion1() {
    Graph vector =
        read("[4,1,1]", "{'op':'relu'},{'op':'dense','name':'a','inputs':4,'outputs':2}");
    assertThat(vector.inputs().get(0).shape()).isEqualTo(Shape.of(4));
    assertThat(names(vector)).containsExactly("relu1", "a");

    String dense = "{'op':'dense','name':'a','inputs':2,'outputs':2}";
    Graph pixel =
        read(
            "[4,1,1]", "{'op':'conv2d','name':'c','inputs':4,'outputs':2,'kernel':[1,1]}," + dense);
    assertThat(pixel.inputs().get(0).shape()).isEqualTo(Shape.of(4, 1, 1));
    assertThat(names(pixel)).containsExactly("c", "flatten", "a");

    Graph back =
        read(
            "[2,1,1]", dense + ",{'op':'conv2d','name':'c','inputs':2,'outputs':2,'kernel':[1,1]}");
    assertThat(names(back)).containsExactly("a", "reshape1", "c", "flatten");
    assertThat(back.shape("reshape1")).isEqualTo(Shape.of(2, 1, 1));
  }

  @Test
  void namesThatAreTakenAreAvoided() {
    Graph graph =
        read(
            "[2,1,1]",
            "{'op':'dense','name':'input','inputs':2,'outputs':2},{'op':'relu'},"
                + "{'op':'dense','name':'relu1','inputs':2,'outputs':2},{'op':'relu'}");

    assertThat(names(graph)).containsExactly("input", "relu2", "relu1", "relu3");
    assertThat(graph.inputs().get(0).name()).isEqualTo("input2");
    assertThat(graph.hasParameter("input.weight")).isTrue();
  }

  private static Graph read(String input, String layers) {
    return ModelFileVersion1.read(text(input, layers)).graph();
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  private static String text(String input, String layers) {
    return ("{'architecture':'a','input':" + input + ",'classes':2,'layers':[" + layers + "]}")
        .replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[3,1] | | input has the sizes [3, 1], not channels",
        "[3,1,0] | | input has the sizes [3, 1, 0], not channels",
        "[99999999,99999999,99999999] | | has more than 2147483647 numbers",
        "[3,1,1] | | the last layer gives 3, not 2 classes",
        "[3,1,1] | {} | layers[0] lacks 'op', a string",
        "[3,1,1] | {'op':'rellu'} | layers[0].op is 'rellu', which is not known; nearest is 'relu'",
        "[3,1,1] | {'op':'relu','x':1} | layers[0] has an unknown member 'x' = 1",
        "[3,1,1] | {'op':'max_pool2d','size':0} | layers[0]: its kernel is 0",
        "[3,2,1] | {'op':'max_pool2d','size':3} | layers[0]: its window of 3 is larger",
        "[3,1,1] | {'op':'relu'},{'op':'feature_scaling'} | layers[1]: scaling is not the first",
        "[3,1,1] | {'op':'dense','name':'no','inputs':3,'outputs':2} | tensor 'no.weight' is"
            + " missing",
        "[3,1,1] | {'op':'dense','name':'fc','inputs':4,'outputs':2} | layers[0]: 'fc' takes 4 but"
            + " gets 3 of 3",
        "[3,2,2] | {'op':'dense','name':'fc','inputs':12,'outputs':2} | layers[0]: needs a vector"
            + " but gets 3×2×2",
        "[3,2,2] | {'op':'conv2d','name':'fc','inputs':3,'outputs':2,'kernel':[99999,99999]} |"
            + " layers[0]: its window of 99999",
        "[3,1,1] | {'op':'input_scaling','mean':1e99,'scale':1},{'op':'dense','name':'fc',"
            + "'inputs':3,'outputs':2} | number 0 = Infinity is not finite",
      })
  void refusesBrokenTexts(String input, String layers, String message) throws IOException {
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put("format", "ockham-model");
    metadata.put("version", "1");
    metadata.put("graph", text(input, layers == null ? "" : layers));
    Safetensors.write(
        path,
        SafetensorsFile.of(
            metadata,
            Map.of(
                "fc.weight", StoredTensor.ofFloats(new float[6], 2, 3),
                "fc.bias", StoredTensor.ofFloats(new float[2], 2))));

    assertRefused(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"convolutional", "gates", "features"})
  void aFlippedBitIsRefusedOrHarmless(String name) throws IOException {
    byte[] good = ModelFileTest.resource("model-version-1-" + name + ".base64");
    int refused = 0;
    int step = 2 * Thorough.oneIn(5);
    for (int at = 0; at < good.length; at += step) {
      byte[] bytes = good.clone();
      bytes[at] ^= (byte) (1 << at % 7);
      Files.write(path, bytes);
      try {
        ModelFile.load(path);
      } catch (MalformedFileException e) {
        refused++; // any other exception fails the test
      }
    }
    assertThat(refused).isGreaterThan(1000 / step);
  }

  private void assertRefused(String problem) {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(path))
        .withMessageContaining(problem);
  }
}
