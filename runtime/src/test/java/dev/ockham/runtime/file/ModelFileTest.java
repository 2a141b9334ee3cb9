package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.RandomModels;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFileTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.5, 1})
  void everyBitComesBack(double density) throws IOException {
    Random random = new Random(1);
    SparseModel model = RandomModels.convolutional(random, density);
    ModelFile saved = ModelFile.of(model, Map.of("seed", "1", "commit", "abc"));
    saved.save(path);

    ModelFile loaded = ModelFile.load(path);

    assertThat(loaded.provenance()).isEqualTo(Map.of("seed", "1", "commit", "abc"));
    assertSameNumbers(loaded.model(), model);
    float[] images = RandomModels.images(random, model, 9);
    assertThat(loaded.model().logits(images, 9, 1)).isEqualTo(model.logits(images, 9, 1));
    assertThat(loaded.weightsSha256()).isEqualTo(saved.weightsSha256());
    byte[] first = Files.readAllBytes(path);
    loaded.save(path);
    assertThat(Files.readAllBytes(path)).isEqualTo(first);
  }

  @Test
  void gatesThatSeeTheExampleComeBack() throws IOException {
    Random random = new Random(2);
    SparseModel model = RandomModels.withGates(random, 0.6);
    ModelFile.of(model, Map.of()).save(path);

    SparseModel loaded = ModelFile.load(path).model();

    assertThat(loaded.dependentGates()).isEqualTo(model.dependentGates());
    float[] images = RandomModels.images(random, model, 9);
    assertThat(loaded.logits(images, 9, 1)).isEqualTo(model.logits(images, 9, 1));
  }

  @Test
  void featureScalingComesBackAndCannotBeLost() throws IOException {
    Random random = new Random(2);
    SparseModel model = RandomModels.withFeatureScaling(random, 0.3);
    ModelFile.of(model, Map.of()).save(path);

    ModelFile loaded = ModelFile.load(path);

    assertThat(loaded.model().layers().getFirst()).isEqualTo(model.layers().getFirst());
    float[] values = RandomModels.images(random, model, 3);
    assertThat(loaded.model().logits(values, 3, 1)).isEqualTo(model.logits(values, 3, 1));
    rewrite(ModelFile.of(model, Map.of()), _ -> {}, tensors -> tensors.remove("input.scale"));
    assertRefused("metadata 'graph'", "tensor 'input.scale' is missing");
    rewrite(
        ModelFile.of(model, Map.of()),
        _ -> {},
        tensors -> tensors.put("input.mean", StoredTensor.ofFloats(new float[5], 5)));
    assertRefused("tensor 'input.mean'", "shape is [5], the graph needs [312]");
  }

  @Test
  void layersWithoutUnitsComeBack() throws IOException {
    SparseModel model =
        new SparseModel(
            "dead",
            new Shape(1, 4, 4),
            2,
            List.of(
                new ModelLayer.Conv2d("c", 3, 3, DenseMatrix.of(0, 9, new float[0]), Bias.of()),
                new ModelLayer.Flatten(),
                new ModelLayer.Dense("f", DenseMatrix.of(2, 0, new float[0]), Bias.of(1, -0f))));
    ModelFile.of(model, Map.of()).save(path);

    assertSameNumbers(ModelFile.load(path).model(), model);
  }

  @Test
  void negativeZeroSurvivesCompression() throws IOException {
    float[] weights = new float[100];
    weights[3] = -0f;
    weights[99] = 5;
    SparseModel model = dense(DenseMatrix.of(1, 100, weights));
    ModelFile.of(model, Map.of()).save(path);

    SparseModel loaded = ModelFile.load(path).model();

    assertThat(loaded.linearLayers().getFirst().weights()).isInstanceOf(CsrMatrix.class);
    assertSameNumbers(loaded, model);
    assertThat(loaded.nonZeroWeights()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // With U8 indices a stored weight takes 5 bytes instead of 4, an offset takes 1.
    "10, 7, false", // 5·7 + 2 = 37 < 40
    "10, 8, true", //  5·8 + 2 = 42 > 40
    "256, 100, false",
  })
  void takesTheSmallerForm(int cols, int nonZeros, boolean dense) {
    float[] weights = new float[cols];
    Arrays.fill(weights, 0, nonZeros, 1f);

    SafetensorsFile file =
        ModelFile.of(dense(DenseMatrix.of(1, cols, weights)), Map.of()).toSafetensors();

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
  void takesTheSmallestIndexTypes(int cols, int stored, DType columns, DType rowOffsets) {
    int rows = Math.max(2, (stored + cols - 1) / cols * 2);
    float[] weights = new float[rows * cols];
    Arrays.fill(weights, 0, stored, 1f);

    SafetensorsFile file =
        ModelFile.of(dense(DenseMatrix.of(rows, cols, weights)), Map.of()).toSafetensors();

    assertThat(file.tensor("fc.weight.columns").dtype()).isEqualTo(columns);
    assertThat(file.tensor("fc.weight.row_offsets").dtype()).isEqualTo(rowOffsets);
  }

  @Test
  void provenanceMayNotUseTheFormatsOwnKeys() {
    SparseModel model = dense(DenseMatrix.of(1, 1, new float[1]));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.of(model, Map.of("graph", "x")))
        .withMessage("provenance key 'graph' is reserved");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{ | not valid JSON",
        "[] | graph is not an object",
        "{} | graph lacks 'architecture'",
        "{'architecture':1,'input':[3,1,1],'classes':2,'layers':[]} | 'architecture' is not a"
            + " string",
        "{'architecture':'a','input':[3,1],'classes':2,'layers':[]} | 'input' has 2 items, not 3",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[],'x':0} | unknown member 'x'",
        "{'architecture':'a','input':[3,1,0],'classes':2,'layers':[]} | shape 3×1×0",
        "{'architecture':'a','input':[99999999,99999999,99999999],'classes':2,'layers':[]} | more"
            + " than",
        "{'architecture':'a','input':[3,1,1],'classes':-2,'layers':[]} | 'classes' = -2 is"
            + " negative",
        "{'architecture':'a','input':[3,1,1],'classes':2.0,'layers':[]} | 'classes' = 2.0 is not",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{}]} | layers[0] is not an"
            + " object with",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'gelu'}]} | layers[0]:"
            + " unknown op 'gelu'",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'relu','x':1}]} |"
            + " layers[0] has an unknown member 'x'",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'max_pool2d','size':0}]} |"
            + " max-pool size = 0",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'input_scaling','mean':1e99,'scale':1}]}"
            + " | finite",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'dense','name':'no','inputs':3,'outputs':2}]}"
            + " | tensor 'no.weight' is missing",
        "{'architecture':'a','input':[3,1,1],'classes':2,'layers':[{'op':'conv2d','name':'fc','inputs':3,'outputs':2,'kernel':[99999,99999]}]}"
            + " | too large",
        "{'architecture':'a','input':[4,1,1],'classes':2,'layers':[{'op':'dense','name':'fc','inputs':3,'outputs':2}]}"
            + " | takes 3 inputs but gets 4",
        "{'architecture':'a','input':[3,1,1],'classes':3,'layers':[{'op':'dense','name':'fc','inputs':3,'outputs':2}]}"
            + " | not a vector of 3 classes",
      })
  void refusesBrokenGraphs(String graph, String message) throws IOException {
    rewrite(
        denseFile(), metadata -> metadata.put("graph", graph.replace('\'', '"')), tensors -> {});

    assertRefused("metadata 'graph'", message);
  }

  @Test
  void refusesOtherFormatsAndVersions() throws IOException {
    rewrite(denseFile(), metadata -> metadata.put("version", "2"), tensors -> {});
    assertRefused("metadata 'version'", "is '2', this reader knows '1'");

    rewrite(denseFile(), metadata -> metadata.put("format", "pt"), tensors -> {});
    assertRefused("metadata 'format'", "is 'pt'");

    rewrite(denseFile(), Map::clear, tensors -> {});
    assertRefused("metadata 'format'", "is missing");

    rewrite(denseFile(), metadata -> metadata.remove("graph"), tensors -> {});
    assertRefused("metadata 'graph'", "is missing");
  }

  @Test
  void refusesBrokenDenseTensors() throws IOException {
    refuseWith("fc.bias", null, "metadata 'graph'", "tensor 'fc.bias' is missing");
    refuseWith(
        "fc.weight",
        floats(6, 3, 2),
        "tensor 'fc.weight'",
        "shape is [3, 2], the graph needs [2, 3]");
    refuseWith(
        "fc.weight",
        new StoredTensor(DType.I32, List.of(2L, 3L), floats(6, 6).data()),
        "tensor 'fc.weight'",
        "dtype is I32, not F32");
    refuseWith("extra", floats(1, 1), "tensor 'extra'", "no layer of the graph uses this tensor");
    refuseWith(
        "fc.bias",
        StoredTensor.ofFloats(new float[] {0, Float.NEGATIVE_INFINITY}, 2),
        "tensor 'fc.bias'",
        "element 1 = -Infinity is not finite");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "row_offsets | 0 1 | shape is [2], the graph needs [3]",
        "row_offsets | 1 1 2 | row_offsets[0] = 1, it must be 0",
        "row_offsets | 0 3 2 | row_offsets[2] = 2 is below row_offsets[1] = 3",
        "columns | 0 | shape is [1], the graph needs [2]",
        "columns | 5 100 | columns[1] = 100 is outside 0..99 (row 0)",
        "columns | 9 9 | columns[1] = 9 does not increase after 9 (row 0)",
      })
  void refusesBrokenCompressedRows(String part, String values, String message) throws IOException {
    int[] indices = Arrays.stream(values.split(" ")).mapToInt(Integer::parseInt).toArray();
    rewrite(
        sparseFile(),
        metadata -> {},
        tensors -> tensors.put("fc.weight." + part, StoredTensor.ofIndices(indices, 255)));

    assertRefused("tensor 'fc.weight." + part + "'", message);
  }

  @Test
  void refusesIndicesOfAnotherTypeOrBeyondAnInt() throws IOException {
    StoredTensor huge =
        new StoredTensor(
            DType.U32, List.of(2L), StoredTensor.ofFloats(new float[] {0, -1}, 2).data());
    rewrite(sparseFile(), metadata -> {}, tensors -> tensors.put("fc.weight.columns", huge));
    assertRefused("tensor 'fc.weight.columns'", "element 1 = 3212836864 exceeds 2147483647");

    rewrite(
        sparseFile(), metadata -> {}, tensors -> tensors.put("fc.weight.columns", floats(2, 2)));
    assertRefused("tensor 'fc.weight.columns'", "dtype F32 is not an index type");
  }

  private void refuseWith(String name, @Nullable StoredTensor tensor, String field, String text)
      throws IOException {
    rewrite(
        denseFile(),
        metadata -> {},
        tensors -> {
          tensors.remove(name);
          if (tensor != null) {
            tensors.put(name, tensor);
          }
        });
    assertRefused(field, text);
  }

  private void assertRefused(String field, String text) {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(path))
        .withMessageContaining(text)
        .satisfies(e -> assertThat(e.field()).isEqualTo(field))
        .satisfies(e -> assertThat(e.byteOffset()).isGreaterThanOrEqualTo(8));
  }

  private void rewrite(
      ModelFile file,
      Consumer<Map<String, String>> changeMetadata,
      Consumer<Map<String, StoredTensor>> changeTensors)
      throws IOException {
    SafetensorsFile good = file.toSafetensors();
    Map<String, String> metadata = new HashMap<>(good.metadata());
    Map<String, StoredTensor> tensors = new HashMap<>(good.tensors());
    changeMetadata.accept(metadata);
    changeTensors.accept(tensors);
    Safetensors.write(path, SafetensorsFile.of(metadata, tensors));
  }

  private static ModelFile denseFile() {
    return ModelFile.of(
        dense(DenseMatrix.of(2, 3, new float[] {1, 2, 3, 4, 5, 6})), Map.of("seed", "1"));
  }

  /** Two rows of 100 columns with two stored weights, both in the first row. */
  private static ModelFile sparseFile() {
    float[] weights = new float[200];
    weights[5] = 1;
    weights[50] = 1;
    return ModelFile.of(dense(DenseMatrix.of(2, 100, weights)), Map.of());
  }

  private static SparseModel dense(DenseMatrix weights) {
    return new SparseModel(
        "one-layer",
        Shape.flat(weights.cols()),
        weights.rows(),
        List.of(new ModelLayer.Dense("fc", weights, Bias.of(new float[weights.rows()]))));
  }

  private static StoredTensor floats(int count, long... shape) {
    return StoredTensor.ofFloats(new float[count], shape);
  }

  private static void assertSameNumbers(SparseModel actual, SparseModel expected) {
    assertThat(actual.architecture()).isEqualTo(expected.architecture());
    assertThat(actual.input()).isEqualTo(expected.input());
    assertThat(densified(actual)).isEqualTo(densified(expected));
  }

  private static List<ModelLayer> densified(SparseModel model) {
    return model.layers().stream()
        .map(layer ->
            layer instanceof ModelLayer.Linear linear
                ? linear.with(linear.weights().asDense(), linear.bias())
                : layer)
        .toList();
  }
}
