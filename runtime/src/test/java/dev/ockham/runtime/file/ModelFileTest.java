package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class ModelFileTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  static List<Graph> graphs() {
    return OperatorGraphs.all();
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void everyBitComesBack(Graph graph) throws IOException {
    for (double density : new double[] {0, 0.1, 1}) {
      Model model = OperatorGraphs.model(graph, 1, density);
      ModelFile saved = ModelFile.of(model, Map.of("seed", "1", "commit", "abc"));
      write(path, saved.toSafetensors());

      ModelFile loaded = ModelFile.load(path);

      assertThat(loaded.provenance()).isEqualTo(Map.of("seed", "1", "commit", "abc"));
      assertThat(loaded.rules()).isEqualTo(DataRules.NONE);
      assertSameNumbers(loaded.model(), model);
      assertThat(loaded.weightsSha256()).isEqualTo(saved.weightsSha256());
      assertThat(saved.byteSize()).isEqualTo(Files.size(path));
      assertThat(loaded.toSafetensors()).isEqualTo(saved.toSafetensors());
    }
  }

  /** As {@link Safetensors#write}, without waiting for the disk. */
  static void write(Path path, SafetensorsFile file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer part : Safetensors.parts(file)) {
      byte[] some = new byte[part.remaining()];
      part.get(some);
      bytes.writeBytes(some);
    }
    Files.write(path, bytes.toByteArray());
  }

  @Test
  void theBytesAreThoseOfTheGoldenFile() throws IOException {
    golden().save(path);

    byte[] expected = resource("model-version-2.base64");
    assertThat(Files.readAllBytes(path)).isEqualTo(expected);
    Files.write(path, expected);
    assertThat(ModelFile.load(path).rules().classes()).containsExactly("cat", "dog", "\u00e9");
    assertSameNumbers(ModelFile.load(path).model(), golden().model());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG", "bn", "tr"})
  void everyLocaleWritesTheSame(String tag) throws IOException {
    byte[] expected = resource("model-version-2.base64");
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      golden().save(path);
      assertThat(Files.readAllBytes(path)).isEqualTo(expected);
      assertSameNumbers(ModelFile.load(path).model(), golden().model());
    } finally {
      Locale.setDefault(before);
    }
  }

  /** Dense and compressed parameters, branches, and everything that metadata can have. */
  static ModelFile golden() {
    Graph graph = OperatorGraphs.branches();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      int step = parameter.name().equals("conv1.weight") ? 7 : 1;
      for (int i = 0; i < numbers.length; i += step) {
        numbers[i] = (i * 7 % 11 - 5) / 3f;
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new ModelFile(
        new Model("net: \"é\" 😀", graph, values),
        new TreeMap<>(Map.of("seed", "1", "data", "own\nimages")),
        new DataRules(
            "{\"columns\": [1.50e1, null], \"classes\": [\"cat\", \"dog\", \"\u00e9\"]}"));
  }

  static byte[] resource(String name) throws IOException {
    try (var in = Objects.requireNonNull(ModelFileTest.class.getResourceAsStream(name), name)) {
      return Base64.getMimeDecoder().decode(in.readAllBytes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // With U8 indices a stored number takes 5 bytes instead of 4, an offset takes 1.
    "10, 7, false", // 5·7 + 2 = 37 < 40
    "10, 8, true", //  5·8 + 2 = 42 > 40
    "256, 100, false",
  })
  void takesTheSmallerForm(int columns, int nonZeros, boolean dense) {
    SafetensorsFile file = ModelFile.of(linear(1, columns, nonZeros), Map.of()).toSafetensors();

    assertThat(file.tensors().containsKey("fc.weight")).isEqualTo(dense);
    assertThat(file.tensors().containsKey("fc.weight.values")).isEqualTo(!dense);
  }

  @ParameterizedTest
  @CsvSource({
    "256, 255, U8, U8",
    "257, 255, U16, U8",
    "65536, 256, U16, U16",
    "65537, 65535, U32, U16",
    "200000, 65536, U32, U32",
  })
  void takesTheSmallestIndexTypes(int columns, int stored, DType index, DType rowOffsets) {
    int rows = Math.max(2, (stored + columns - 1) / columns * 2);

    SafetensorsFile file = ModelFile.of(linear(rows, columns, stored), Map.of()).toSafetensors();

    assertThat(file.tensor("fc.weight.columns").dtype()).isEqualTo(index);
    assertThat(file.tensor("fc.weight.row_offsets").dtype()).isEqualTo(rowOffsets);
  }

  @Test
  void parametersHaveTheirOwnShapesAndVectorsAreDense() {
    Graph graph =
        graphs().stream()
            .filter(each -> each.nodes().get(0).operator() instanceof Convolution)
            .findFirst()
            .orElseThrow();

    SafetensorsFile dense =
        ModelFile.of(OperatorGraphs.model(graph, 1, 1), Map.of()).toSafetensors();
    SafetensorsFile empty =
        ModelFile.of(OperatorGraphs.model(graph, 1, 0), Map.of()).toSafetensors();

    assertThat(dense.tensor("node1.weight").shape()).containsExactly(4L, 1L, 3L, 2L);
    assertThat(empty.tensors().keySet())
        .containsExactly(
            "node1.bias",
            "node1.weight.columns",
            "node1.weight.row_offsets",
            "node1.weight.values");
  }

  @Test
  void negativeZeroSurvivesCompression() throws IOException {
    float[] weights = new float[100];
    weights[3] = -0f;
    weights[99] = 5;
    Model model = linear(DenseMatrix.of(1, 100, weights));
    ModelFile.of(model, Map.of()).save(path);

    Model loaded = ModelFile.load(path).model();

    assertThat(loaded.value("fc.weight")).isInstanceOf(CsrMatrix.class);
    assertSameNumbers(loaded, model);
    assertThat(loaded.nonZeroWeights()).isEqualTo(1);
  }

  @Test
  void namesLikeThoseOfCompressedRowsAreNoTrap() throws IOException {
    Graph graph =
        new Graph(
            List.of(new Input("x", Shape.of(20))),
            List.of(
                new Parameter("w", Shape.of(20, 20), Role.WEIGHT),
                new Parameter("w.values", Shape.of(20, 20), Role.WEIGHT)),
            List.of(
                new Node("a", new Linear(20), List.of("x"), Map.of("weight", "w")),
                new Node("b", new Linear(20), List.of("a"), Map.of("weight", "w.values"))),
            List.of("b"));
    Model model = OperatorGraphs.model(graph, 3, 0.05);
    ModelFile.of(model, Map.of()).save(path);

    assertSameNumbers(ModelFile.load(path).model(), model);
  }

  @Test
  void theHashLeavesOneScalingForAllOut() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 3);
    Graph plain = g.build(g.dense(x, 2));
    Model model = OperatorGraphs.model(plain, 5, 1);

    assertThat(ModelFile.of(scaled(model, Standardize.Each.ALL), Map.of()).weightsSha256())
        .isEqualTo(ModelFile.of(model, Map.of()).weightsSha256())
        .isEqualTo(ModelFile.of(model, Map.of()).toSafetensors().weightsSha256());
    assertThat(ModelFile.of(scaled(model, Standardize.Each.FEATURE), Map.of()).weightsSha256())
        .isNotEqualTo(ModelFile.of(model, Map.of()).weightsSha256());
  }

  private static Model scaled(Model model, Standardize.Each each) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 3);
    Graph graph = g.build(g.dense(g.node("standardize", new Standardize(each), x), 2));
    Map<String, Matrix> values = new LinkedHashMap<>(OperatorGraphs.model(graph, 6, 1).values());
    values.putAll(model.values());
    return new Model("scaled", graph, values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format",
        "version",
        "architecture",
        "graph",
        "checksum",
        "encodings",
        "data_rules"
      })
  void provenanceMayNotUseTheFormatsOwnKeys(String key) {
    Model model = linear(1, 1, 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.of(model, Map.of(key, "x")))
        .withMessage("provenance key '" + key + "' is reserved");
  }

  @Test
  void modelsThatAreTooLargeAreRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 1);
    int size = ModelFile.MOST_VALUE_NUMBERS + 1;
    Graph wide = g.build(g.node("wide", new Constant(Shape.of(size), Role.BIAS, -1)), x);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.checkSize(wide))
        .withMessage(
            "node 'wide1' (constant) has a value of 268435457, more than 268435456 numbers");
    Value[] tables = new Value[5];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = g.node("table", new Constant(Shape.of(size - 1), Role.BIAS, -1));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.checkSize(g.build(tables)))
        .withMessageContaining("numbers, more than 1073741824");
  }

  @Test
  void aMatrixThatIsHugeWithItsZerosStaysCompressed() throws IOException {
    int[] rowOffsets = new int[1001];
    rowOffsets[1000] = 1;
    Model model = linear(CsrMatrix.of(200_000, rowOffsets, new int[] {7}, new float[] {2}));
    ModelFile.of(model, Map.of()).save(path);

    ModelFile loaded = ModelFile.load(path);

    assertThat(Files.size(path)).isLessThan(4000);
    assertThat(loaded.model()).isEqualTo(model);
    assertThat(loaded.byteSize()).isEqualTo(Files.size(path));
  }

  static Model linear(int rows, int columns, int stored) {
    float[] weights = new float[rows * columns];
    Arrays.fill(weights, 0, stored, 1f);
    return linear(DenseMatrix.of(rows, columns, weights));
  }

  static Model linear(Matrix weights) {
    Graph graph =
        new Graph(
            List.of(new Input("x", Shape.of(weights.cols()))),
            List.of(
                new Parameter("fc.weight", Shape.of(weights.rows(), weights.cols()), Role.WEIGHT)),
            List.of(
                new Node(
                    "fc", new Linear(weights.rows()), List.of("x"), Map.of("weight", "fc.weight"))),
            List.of("fc"));
    return new Model("one-layer", graph, Map.of("fc.weight", weights));
  }

  static void assertSameNumbers(Model actual, Model expected) {
    assertThat(actual.architecture()).isEqualTo(expected.architecture());
    assertThat(actual.graph()).isEqualTo(expected.graph());
    for (Parameter parameter : expected.graph().parameters()) {
      assertThat(bits(actual.value(parameter.name())))
          .as(parameter.name())
          .isEqualTo(bits(expected.value(parameter.name())));
    }
  }

  private static int[] bits(Matrix matrix) {
    float[] numbers = matrix.toDense();
    int[] bits = new int[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(numbers[i]);
    }
    return bits;
  }

  @Test
  void theGoldenFileHasBothForms() {
    SafetensorsFile file = golden().toSafetensors();

    assertThat(file.tensors()).containsKeys("conv1.weight.values", "conv2.weight");
    assertThat(GraphJson.read(Objects.requireNonNull(file.metadata().get("graph"))).nodes())
        .anyMatch(node ->
            node.operator() instanceof Convolution convolution
                && convolution.window().equals(Window.of(2, 3, 1, 0, 1)));
    assertThat(Objects.requireNonNull(file.metadata().get("data_rules")))
        .isEqualTo("{\"columns\":[1.50e1,null],\"classes\":[\"cat\",\"dog\",\"\u00e9\"]}");
  }
}
