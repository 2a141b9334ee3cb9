package dev.ockham.runtime.file;

import static dev.ockham.runtime.file.ModelFileTest.assertSameNumbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Isolated // changes the locale of the JVM
class CompactFileTest {

  private static final float STEP = 1 / 64f;
  private static final int CHECK = 8;

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
    for (double density : new double[] {0, 0.02, 0.5, 1}) {
      Model model = OperatorGraphs.model(graph, 1, density);
      ModelFile saved =
          new ModelFile(
              model, new TreeMap<>(Map.of("seed", "1")), DataRules.ofClasses(List.of("a", "ü")));
      ModelFileTest.write(path, CompactFile.of(saved, Map.of()));

      ModelFile loaded = ModelFile.load(path);

      assertSameNumbers(loaded.model(), model);
      assertThat(loaded.provenance()).isEqualTo(saved.provenance());
      assertThat(loaded.rules()).isEqualTo(saved.rules());
      assertThat(loaded.weightsSha256()).isEqualTo(saved.weightsSha256());
      assertThat(Files.size(path)).isEqualTo(saved.compactSize(Map.of()));
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void multiplesOfAStepComeBackAndTakeLessRoom(Graph graph) throws IOException {
    for (double density : new double[] {0, 0.1, 1}) {
      ModelFile saved = ModelFile.of(stepped(OperatorGraphs.model(graph, 2, density)), Map.of());
      ModelFileTest.write(path, CompactFile.of(saved, steps(saved)));
      assertSameNumbers(ModelFile.load(path).model(), saved.model());
      if (graph.weights() > 50 && density == 1) {
        assertThat(Files.size(path)).isLessThan(saved.compactSize(Map.of()));
      }
    }
  }

  @Test
  void specialFloatsComeBackToTheBit() throws IOException {
    GraphBuilder g = new GraphBuilder();
    var x = g.input("x", 8);
    Graph graph = g.build(g.dense(x, 1));
    float[] special = {
      0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, Float.MAX_VALUE, 1f, 0.1f, -3.4e-20f
    };
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = Arrays.copyOf(special, parameter.shape().size());
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    Model model = new Model("special", graph, values);
    ModelFile.of(model, Map.of()).saveCompact(path, Map.of());
    assertSameNumbers(ModelFile.load(path).model(), model);
  }

  @Test
  void whatIsNoMultipleOfItsStepIsNamed() {
    ModelFile file = ModelFileTest.golden();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file.saveCompact(path, Map.of("conv1.weight", 0.25f)))
        .withMessageContaining("parameter 'conv1.weight': -1.6666666 is no multiple");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file.saveCompact(path, Map.of("conv1.weight", Float.NaN)))
        .withMessageContaining("parameter 'conv1.weight': step is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file.saveCompact(path, Map.of("other", 1f)))
        .withMessageContaining("'other' is no parameter of the graph");
    assertThat(path).doesNotExist();
  }

  @Test
  void theBytesAreThoseOfTheGoldenFile() throws IOException {
    byte[] expected = ModelFileTest.resource("model-version-3.base64");
    Files.write(path, expected);
    assertSameNumbers(ModelFile.load(path).model(), ModelFileTest.golden().model());
    assertThat(ModelFile.load(path).rules()).isEqualTo(ModelFileTest.golden().rules());
    for (String tag : List.of("en", "fa", "tr")) {
      Locale before = Locale.getDefault();
      try {
        Locale.setDefault(Locale.forLanguageTag(tag));
        ModelFileTest.golden().saveCompact(path, Map.of());
      } finally {
        Locale.setDefault(before);
      }
      assertThat(Files.readAllBytes(path)).as(tag).isEqualTo(expected);
    }
  }

  @Test
  void everyTruncationAndEveryFlippedBitIsRefused() throws IOException {
    byte[] good = ModelFileTest.resource("model-version-3.base64");
    for (int length = 0; length < good.length; length++) {
      assertRefused(Arrays.copyOf(good, length), "first " + length + " bytes");
    }
    for (int bit = 0; bit < good.length * Byte.SIZE; bit += Thorough.oneIn(3)) {
      byte[] flipped = good.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertRefused(flipped, "bit " + bit);
    }
  }

  /** Damage that somebody gave a right checksum. */
  @Test
  void aPackOfAnyBytesIsReadOrRefused() throws IOException {
    byte[] good = ModelFileTest.resource("model-version-3.base64");
    byte[] header = Arrays.copyOf(good, dataStart(good));
    Random random = new Random(5);
    int rounds = 1_000 / Thorough.oneIn(4);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = Arrays.copyOfRange(good, header.length, good.length);
      for (int k = random.nextInt(4); k >= 0; k--) {
        bytes[CHECK + random.nextInt(bytes.length - CHECK)] = (byte) random.nextInt(256);
      }
      Arrays.fill(bytes, 0, CHECK, (byte) 0);
      byte[] check = FileChecksum.digest(header, bytes);
      System.arraycopy(check, 0, bytes, 0, CHECK);
      try {
        ModelFile.load(write(header, bytes));
      } catch (MalformedFileException e) {
        assertThat(e).hasMessageContaining("model");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(rounds / 2);
  }

  @Test
  void aFewBytesCannotAskForMuchMemory() throws IOException {
    GraphBuilder g = new GraphBuilder();
    var x = g.input("x", 1 << 13);
    Graph graph = g.build(g.dense(x, 1 << 14));
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      values.put(
          parameter.name(),
          CsrMatrix.of(
              parameter.columns(), new int[parameter.rows() + 1], new int[0], new float[0]));
    }
    ModelFile.of(new Model("zeros", graph, values), Map.of()).saveCompact(path, Map.of());
    assertThat(Files.size(path)).isLessThan(1_000);
    assertThat(ModelFile.load(path).model().nonZeroWeights()).isZero();
  }

  private Path write(byte[] header, byte[] bytes) throws IOException {
    byte[] all = Arrays.copyOf(header, header.length + bytes.length);
    System.arraycopy(bytes, 0, all, header.length, bytes.length);
    return Files.write(path, all);
  }

  private void assertRefused(byte[] bytes, String what) throws IOException {
    Files.write(path, bytes);
    assertThatExceptionOfType(MalformedFileException.class)
        .as(what)
        .isThrownBy(() -> ModelFile.load(path));
  }

  private static int dataStart(byte[] file) {
    return CHECK + (file[0] & 0xFF) + ((file[1] & 0xFF) << 8);
  }

  private static Model stepped(Model model) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    model
        .values()
        .forEach((name, matrix) -> {
          float[] numbers = matrix.toDense();
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.round(numbers[i] / STEP) * STEP + 0f;
          }
          values.put(name, DenseMatrix.of(matrix.rows(), matrix.cols(), numbers));
        });
    return new Model(model.architecture(), model.graph(), values);
  }

  private static Map<String, Float> steps(ModelFile file) {
    Map<String, Float> steps = new LinkedHashMap<>();
    file.model().graph().parameters().forEach(each -> steps.put(each.name(), STEP));
    return steps;
  }
}
