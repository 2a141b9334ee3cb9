package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes, loading either works or throws {@link MalformedFileException}. */
class ModelFileRefusalTest {
  private static final String[] PIECES = {
    "9", "-", "\"", "{", "}", "[", "]", ",", ":", "null", "1e9", "2147483647", "0", "linear", "x"
  };

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  /** One dense layer of 3 to 2, and one whose 2 × 40 weights are compressed. */
  private static ModelFile small() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 3);
    Value y = g.named("a").dense(x, 40);
    Graph graph = g.build(g.named("b").dense(y, 2));
    Model model = OperatorGraphs.model(graph, 4, 1);
    Map<String, Matrix> values = new TreeMap<>(model.values());
    float[] sparse = new float[80];
    sparse[5] = 1;
    sparse[45] = -2;
    values.put("b.weight", CsrMatrix.of(2, 40, sparse));
    return ModelFile.of(new Model("small", graph, values), Map.of("seed", "1"));
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    small().save(path);
    byte[] good = Files.readAllBytes(path);
    for (int at = 0; at < good.length; at += at < 200 ? 1 : Thorough.oneIn(5)) {
      for (int bit = at % 8; bit < 8; bit += at < 200 ? Thorough.oneIn(4) : 8) {
        byte[] bytes = good.clone();
        bytes[at] ^= (byte) (1 << bit);
        assertThat(isRefused(bytes)).as("bit %d of byte %d", bit, at).isTrue();
      }
    }
    assertThat(isRefused(good)).isFalse();
  }

  @Test
  void everyOtherDigitOfTheChecksumIsFound() throws IOException {
    small().save(path);
    byte[] good = Files.readAllBytes(path);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\"checksum\":\"") + 12;
    for (int digit = at; digit < at + 64; digit++) {
      byte[] bytes = good.clone();
      bytes[digit] = (byte) (bytes[digit] == '7' ? '8' : '7');
      assertThat(isRefused(bytes)).isTrue();
    }
    byte[] shouted =
        text.replaceFirst("\"checksum\":\"", "\"Checksum\":\"")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(isRefused(shouted)).isTrue();
  }

  @Test
  void everyTruncationAndAnAppendedByteAreRefused() throws IOException {
    small().save(path);
    byte[] good = Files.readAllBytes(path);
    for (int length = 0; length < good.length; length += Thorough.oneIn(3)) {
      assertThat(isRefused(Arrays.copyOf(good, length))).as("first %d bytes", length).isTrue();
    }
    assertThat(isRefused(Arrays.copyOf(good, good.length + 1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void editsOfTheGraphWithARightChecksumNeverEscape(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Graph> graphs = OperatorGraphs.all();
    int rounds = 400 / Thorough.oneIn(4);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      Graph graph = graphs.get(random.nextInt(graphs.size()));
      SafetensorsFile file =
          ModelFile.of(OperatorGraphs.model(graph, seed, 0.5), Map.of()).toSafetensors();
      StringBuilder text =
          new StringBuilder(
              Objects.requireNonNull(file.metadata().get("graph")).replace("😀", "x"));
      int edits = 1 + random.nextInt(3);
      for (int edit = 0; edit < edits; edit++) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(4));
        text.replace(from, to, random.nextInt(4) == 0 ? "" : PIECES[random.nextInt(PIECES.length)]);
      }
      write(file, metadata -> metadata.put("graph", text.toString()), tensors -> {});
      refused += isRefused() ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(rounds * 3 / 4);
  }

  @Test
  void randomBytesNeverEscape() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 400; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThat(isRefused(bytes)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "format | pt | is 'pt', not 'ockham-model'; this is not an Ockham model, or one that lost"
            + " its metadata when another tool saved it",
        "format | | is missing; this is not an Ockham model, or one that lost its metadata",
        "version | 4 | is '4', this reader knows '1', '2' and '3'",
        "version | | is missing",
        "architecture | | is missing",
        "graph | | is missing",
        "graph | {} | the text lacks 'inputs'",
        "encodings | [] | is not an object",
        "encodings | { | not valid JSON",
        "encodings | {\"a.weight\":\"int8\"} | parameter 'a.weight' has the encoding 'int8', this"
            + " reader knows 'f32'",
        "encodings | {\"a.weight\":{\"name\":\"int4\",\"group\":32}} | parameter 'a.weight' has the"
            + " encoding 'int4'",
        "encodings | {\"a.weight\":7} | parameter 'a.weight' has the encoding 7",
        "encodings | {\"c\":\"f32\"} | 'c' is no parameter of the graph",
        "data_rules | 3 | rules of data are '3', not a JSON object",
        "data_rules | {\"classes\":{}} | classes is an object of 0, not an array of names",
        "data_rules | {\"classes\":[\"a\",3]} | classes[1] is 3, not a name",
        "data_rules | {\"classes\":[\"a\",\" \"]} | classes[1] is ' ', not a name",
        "data_rules | {\"classes\":[\"a\",\"a\"]} | classes[1] is 'a', which is there before",
      })
  void refusesBrokenMetadata(String key, @Nullable String text, String message) throws IOException {
    write(
        small().toSafetensors(),
        metadata -> {
          metadata.remove(key);
          if (text != null) {
            metadata.put(key, text);
          }
        },
        tensors -> {});

    assertRefused("metadata '" + key + "'", message);
  }

  @Test
  void aFileThatLostAllMetadataSaysSo() throws IOException {
    Safetensors.write(path, SafetensorsFile.of(Map.of(), small().toSafetensors().tensors()));

    assertRefused("metadata 'format'", "lost its metadata");
  }

  @Test
  void aChecksumThatIsNoneIsRefused() throws IOException {
    SafetensorsFile file = small().toSafetensors();
    for (String checksum : List.of("", "0".repeat(64), "x\"checksum\":\"")) {
      SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
      metadata.put("checksum", checksum);
      Safetensors.write(path, new SafetensorsFile(metadata, file.tensors()));
      assertRefused("metadata 'checksum'", "is not that of the file's bytes");
    }
    SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.remove("checksum");
    Safetensors.write(path, new SafetensorsFile(metadata, file.tensors()));
    assertRefused("metadata 'checksum'", "is missing");
  }

  @Test
  void statedEncodingsAndUnknownRulesAreRead() throws IOException {
    String rules = "{\"columns\":[{\"name\":\"age\",\"mean\":1.50E+1}],\"classes\":[\"a\",\"b\"]}";
    write(
        small().toSafetensors(),
        metadata -> {
          metadata.put("encodings", "{\"a.weight\":\"f32\"}");
          metadata.put("data_rules", rules);
        },
        tensors -> {});

    ModelFile loaded = ModelFile.load(path);

    assertThat(loaded.rules().classes()).containsExactly("a", "b");
    loaded.save(path);
    assertThat(ModelFile.load(path).rules().json()).isEqualTo(rules);
    assertThat(loaded.rules().withClasses(List.of("c")).json())
        .isEqualTo(rules.replace("\"a\",\"b\"", "\"c\""));
    assertThat(DataRules.ofClasses(List.of("c")).json()).isEqualTo("{\"classes\":[\"c\"]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataRules.ofClasses(List.of("c", "c")))
        .withMessage("classes[1] is 'c', which is there before");
  }

  @Test
  void refusesBrokenDenseTensors() throws IOException {
    refuseWith("a.bias", null, "metadata 'graph'", "tensor 'a.bias' is missing");
    refuseWith(
        "a.weight", null, "metadata 'graph'", "'a.weight' is missing, and so is 'a.weight.values'");
    refuseWith(
        "a.weight",
        StoredTensor.ofFloats(new float[120], 3, 40),
        "tensor 'a.weight'",
        "shape is [3, 40], the graph needs [40, 3]");
    refuseWith(
        "b.bias",
        new StoredTensor(DType.I32, List.of(2L), StoredTensor.ofFloats(new float[2], 2).data()),
        "tensor 'b.bias'",
        "dtype is I32, not F32");
    refuseWith(
        "extra",
        StoredTensor.ofFloats(new float[1], 1),
        "tensor 'extra'",
        "no parameter of the graph has this tensor");
    refuseWith(
        "b.bias",
        StoredTensor.ofFloats(new float[] {0, Float.NaN}, 2),
        "tensor 'b.bias'",
        "element 1 = NaN is not finite");
  }

  @Test
  void aGateWithAFactorBelowZeroIsRefused() throws IOException {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 3);
    Graph graph = g.build(g.named("gate").node("", new DependentGate(0, 0.1f), x));
    write(
        ModelFile.of(OperatorGraphs.model(graph, 1, 1), Map.of()).toSafetensors(),
        metadata -> {},
        tensors ->
            tensors.put("gate.factor", StoredTensor.ofFloats(new float[] {1, 1, -0.25f}, 3)));

    assertRefused("metadata 'graph'", "gate 'gate': factor[2] = -0.25 is negative");
  }

  @Test
  void refusesBrokenCompressedRows() throws IOException {
    String offsets = "b.weight.row_offsets";
    String columns = "b.weight.columns";
    refuseWith(offsets, null, "metadata 'graph'", "tensor 'b.weight.row_offsets' is missing");
    refuseWith(offsets, indices(1, 1, 2), "tensor 'b.weight.row_offsets'", "row_offsets[0] = 1");
    refuseWith(
        offsets, indices(0, 3, 2), "tensor 'b.weight.row_offsets'", "row_offsets[2] = 2 is below");
    refuseWith(offsets, indices(0, 1), "tensor 'b.weight.row_offsets'", "the graph needs [3]");
    refuseWith(
        offsets, indices(0, 1, 255), "tensor 'b.weight.columns'", "shape is [2], the graph needs");
    refuseWith(columns, indices(5, 40), "tensor 'b.weight.columns'", "columns[1] = 40 is outside");
    refuseWith(
        columns,
        StoredTensor.ofFloats(new float[2], 2),
        "tensor 'b.weight.columns'",
        "dtype F32 is not an index type");
    refuseWith(
        "b.weight.values",
        StoredTensor.ofFloats(new float[3], 3),
        "tensor 'b.weight.values'",
        "shape is [3], the graph needs [2]");
    refuseWith(
        "b.weight",
        StoredTensor.ofFloats(new float[80], 2, 40),
        "tensor 'b.weight.columns'",
        "no parameter of the graph has this tensor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // What would take gigabytes, were it made before it is checked.
        "\"shape\":[3] | \"shape\":[2147483647] | 40 × 2147483647 weights are too many",
        "\"outputs\":40 | \"outputs\":2147483647 | weights are too many",
        "{\"op\":\"linear\",\"outputs\":40} |"
            + " {\"op\":\"constant\",\"shape\":[2147483647],\"role\":\"bias\",\"axis\":0} | takes 0"
            + " inputs",
        "{\"op\":\"linear\",\"outputs\":40} |"
            + " {\"op\":\"pad\",\"before\":[0],\"after\":[300000000],\"value\":0} | takes no"
            + " parameter called 'bias'",
      })
  void refusesHugeSizesInSmallFiles(String from, String to, String message) throws IOException {
    write(
        small().toSafetensors(),
        metadata -> metadata.computeIfPresent("graph", (key, text) -> text.replace(from, to)),
        tensors -> {});

    assertRefused("metadata 'graph'", message);
  }

  @Test
  void aHugeValueInASmallFileIsRefused() throws IOException {
    ModelFile file = ModelFile.of(ModelFileTest.linear(1, 1, 1), Map.of());
    write(
        file.toSafetensors(),
        metadata ->
            metadata.put(
                "graph",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1]}],\"parameters\":[],\"nodes\":["
                    + "{\"name\":\"p\",\"operator\":{\"op\":\"pad\",\"before\":[0],\"after\":"
                    + "[300000000],\"value\":0},\"inputs\":[\"x\"],\"parameters\":{}}],"
                    + "\"outputs\":[\"p\"]}"),
        tensors -> {});

    assertRefused("metadata 'graph'", "node 'p' (pad) has a value of 300000001, more than");
  }

  @Test
  void aFileLargerThanMemoryIsRefusedBeforeItIsRead() throws IOException {
    ModelFile.of(ModelFileTest.linear(100, 1000, 100_000), Map.of()).save(path);

    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFileReader.load(FileBytes.of(path), 1 << 20))
        .withMessageEndingWith(
            "data: 400000 bytes of tensors need more than the 1 MB that this JVM may use (-Xmx)");
    assertThat(ModelFileReader.load(FileBytes.of(path), 2 << 20).model().weightCount())
        .isEqualTo(100_000);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> SafetensorsHeader.checkMemory(path.toString(), 1 << 20, 32 << 20))
        .withMessageContaining("a header of 1048576 bytes could take more than the 32 MB");
  }

  private static StoredTensor indices(int... values) {
    return StoredTensor.ofIndices(values, 255);
  }

  private void refuseWith(String tensor, @Nullable StoredTensor other, String field, String problem)
      throws IOException {
    write(
        small().toSafetensors(),
        metadata -> {},
        tensors -> {
          tensors.remove(tensor);
          if (other != null) {
            tensors.put(tensor, other);
          }
        });
    assertRefused(field, problem);
  }

  /** Writes a file with another content and the checksum that is right for it. */
  private void write(
      SafetensorsFile file,
      Consumer<Map<String, String>> metadataEdit,
      Consumer<Map<String, StoredTensor>> tensorEdit)
      throws IOException {
    SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
    SortedMap<String, StoredTensor> tensors = new TreeMap<>(file.tensors());
    metadataEdit.accept(metadata);
    tensorEdit.accept(tensors);
    SafetensorsFile edited = FileChecksum.added(new SafetensorsFile(metadata, tensors));
    ModelFileTest.write(path, edited);
  }

  private void assertRefused(String field, String problem) {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(path))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .withMessageContaining(problem);
  }

  private boolean isRefused(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    return isRefused();
  }

  /** Whether loading throws the one exception it may throw; any other fails the test. */
  private boolean isRefused() throws IOException {
    try {
      ModelFile.load(path);
      return false;
    } catch (MalformedFileException e) {
      assertThat(e.getMessage()).startsWith(path + ": byte ").doesNotContain("\n");
      return true;
    }
  }
}
