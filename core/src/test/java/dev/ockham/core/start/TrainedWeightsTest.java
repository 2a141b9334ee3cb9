package dev.ockham.core.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.start.Match.How;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainedWeightsTest {

  private static final String NORMED = "net:2-dense3nobias-bn-relu-dense2";

  @TempDir private Path temp;

  /** Names as {@code torch.nn} gives them to the network that has ours, and all that it saves. */
  private static Map<String, StoredTensor> stateDict(Graph graph, UnaryOperator<String> renamed) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    int number = 0;
    for (Node node : graph.nodes()) {
      boolean norm = node.operator() instanceof Normalize;
      for (Slot slot : node.operator().slots(graph.inputShapes(node))) {
        if (norm || node.parameters().containsKey(slot.name())) {
          String name = node.name() + "." + (norm ? partOfNorm(slot.name()) : slot.name());
          tensors.put(renamed.apply(name), numbers(slot.shape(), ++number));
        }
      }
      if (norm) {
        tensors.put(
            renamed.apply(node.name() + ".num_batches_tracked"),
            StoredTensor.ofLongs(new long[] {7}));
      }
    }
    return tensors;
  }

  private static String partOfNorm(String slot) {
    return switch (slot) {
      case "scale" -> "weight";
      case "shift" -> "bias";
      case "mean" -> "running_mean";
      default -> "running_var";
    };
  }

  private static StoredTensor numbers(Shape shape, int from) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i / 1024f;
    }
    return StoredTensor.ofFloats(values, shape.toLongs());
  }

  private Path saved(Map<String, StoredTensor> tensors) throws IOException {
    Path file = temp.resolve("weights.safetensors");
    Safetensors.write(file, SafetensorsFile.of(Map.of("format", "pt"), tensors));
    return file;
  }

  private TrainedWeights read(String architecture, Map<String, StoredTensor> tensors)
      throws IOException {
    return TrainedWeights.read(saved(tensors), Architectures.parse(architecture), Map.of());
  }

  /** Each number is where the network has it, with what file and table say of it. */
  private static void assertSame(TrainedWeights weights, Map<String, StoredTensor> tensors) {
    assertThat(weights.matches()).isNotEmpty();
    for (Match match : weights.matches()) {
      float[] expected = floats(tensors, match.from());
      String to = match.to();
      float[] found = weights.values().get(to);
      if (found == null) {
        NormMoments moments = moments(weights, to.substring(0, to.lastIndexOf('.')));
        found = to.endsWith(".mean") ? moments.mean() : moments.variance();
      }
      assertThat(found).as(to).isEqualTo(expected);
    }
  }

  private static float[] floats(Map<String, StoredTensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).toFloats();
  }

  private static NormMoments moments(TrainedWeights weights, String node) {
    return Objects.requireNonNull(weights.statistics().get(node), node);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet-20, '', NAME",
    "resnet-20, module., PREFIX",
    "resnet-32-b, _orig_mod.module., PREFIX",
    "vgg-like, backbone.features., PREFIX",
    "ds-cnn, '', NAME"
  })
  void namesOfPytorch(String architecture, String prefix, How ofWeights) throws IOException {
    Architecture network = Architectures.parse(architecture);
    Map<String, StoredTensor> tensors = stateDict(network.graph(), name -> prefix + name);
    TrainedWeights weights = read(architecture, tensors);
    assertSame(weights, tensors);
    long norms =
        network.graph().nodes().stream().filter(n -> n.operator() instanceof Normalize).count();
    assertThat(weights.matches()).hasSize(network.graph().parameters().size() + 2 * (int) norms);
    assertThat(weights.statistics()).hasSize((int) norms);
    for (Match match : weights.matches()) {
      boolean weight =
          network.graph().hasParameter(prefix.isEmpty() ? match.from() : match.to())
              && match.to().endsWith(".weight");
      assertThat(match.how())
          .as(match.toString())
          .isEqualTo(weight ? ofWeights : match.to().endsWith(".bias") ? ofWeights : How.PYTORCH);
      assertThat(match.from()).startsWith(prefix);
    }
    assertThat(weights.notes()).anyMatch(note -> note.contains("come with statistics"));
  }

  /** torchvision's words for shortcuts and for the last layer. */
  @Test
  void namesOfTorchvision() throws IOException {
    Architecture network = Architectures.parse("resnet-20-b");
    Map<String, StoredTensor> tensors =
        stateDict(
            network.graph(),
            name ->
                name.replace("shortcut.conv", "downsample.0")
                    .replace("shortcut.bn", "downsample.1")
                    .replace("linear", "fc"));
    TrainedWeights weights = read("resnet-20-b", tensors);
    assertSame(weights, tensors);
    assertThat(weights.matches())
        .contains(
            new Match(
                "layer2.0.downsample.0.weight",
                "layer2.0.shortcut.conv.weight",
                Shape.of(32, 16, 1, 1),
                How.PYTORCH))
        .contains(new Match("fc.weight", "linear.weight", Shape.of(10, 64), How.PYTORCH));
  }

  /** An {@code nn.Sequential}, whose names are numbers, with biases before its norms. */
  @Test
  void orderAndShapeTellWhatNamesDoNot() throws IOException {
    Graph graph = Architectures.parse("vgg-like").graph();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    graph.nodes().forEach(node -> numbers.put(node.name(), numbers.size()));
    Map<String, StoredTensor> tensors =
        new TreeMap<>(
            stateDict(
                graph,
                name -> {
                  int dot = name.lastIndexOf('.');
                  return numbers.get(name.substring(0, dot)) + name.substring(dot);
                }));
    StoredTensor bias = numbers(Shape.of(64), 3);
    tensors.put("0.bias", bias);
    TrainedWeights weights = read("vgg-like", tensors);
    assertSame(weights, withoutFirstMean(tensors, weights));
    assertThat(weights.matches()).allMatch(match -> match.how() == How.ORDER);
    assertThat(weights.notes()).anyMatch(note -> note.endsWith("take them away: 0.bias"));
    float[] mean = moments(weights, "bn1").mean();
    float[] saved = floats(tensors, "1.running_mean");
    for (int unit = 0; unit < mean.length; unit++) {
      assertThat(mean[unit]).isEqualTo(saved[unit] - bias.toFloats()[unit]);
    }
  }

  /** The norm's mean is without the bias that the file has before it. */
  private static Map<String, StoredTensor> withoutFirstMean(
      Map<String, StoredTensor> tensors, TrainedWeights weights) {
    Map<String, StoredTensor> changed = new TreeMap<>(tensors);
    float[] mean = moments(weights, "bn1").mean();
    changed.put("1.running_mean", StoredTensor.ofFloats(mean, mean.length));
    return changed;
  }

  private static Map<String, StoredTensor> normed() {
    return new TreeMap<>(stateDict(Architectures.parse(NORMED).graph(), name -> name));
  }

  @Test
  void theNetworkAsItCameHasTheFilesStatistics() throws IOException {
    Map<String, StoredTensor> tensors = normed();
    Model model = read(NORMED, tensors).model();
    float[] x = {0.5f, -2};
    double[] hidden = new double[3];
    for (int unit = 0; unit < 3; unit++) {
      double sum = 0;
      for (int k = 0; k < 2; k++) {
        sum += (double) at(tensors, "dense1.weight", unit * 2 + k) * x[k];
      }
      double by =
          at(tensors, "bn1.weight", unit) / Math.sqrt(at(tensors, "bn1.running_var", unit) + 1e-5);
      double normal =
          (sum - at(tensors, "bn1.running_mean", unit)) * by + at(tensors, "bn1.bias", unit);
      hidden[unit] = Math.max(0, normal);
    }
    float[] logits = Plan.of(model).run(x, 1, 1);
    for (int k = 0; k < 2; k++) {
      double expected = at(tensors, "dense2.bias", k);
      for (int unit = 0; unit < 3; unit++) {
        expected += at(tensors, "dense2.weight", k * 3 + unit) * hidden[unit];
      }
      assertThat((double) logits[k]).isCloseTo(expected, within(1e-4));
    }
  }

  private static float at(Map<String, StoredTensor> tensors, String name, int index) {
    return floats(tensors, name)[index];
  }

  @Test
  void halfPrecisionIsConvertedAndSaid() throws IOException {
    Map<String, StoredTensor> tensors = normed();
    ByteBuffer half = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer brain = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      half.putShort(Float.floatToFloat16(i / 8f - 0.25f));
    }
    brain.putShort((short) 0x3FC0).putShort((short) 0xC000);
    tensors.put("dense2.weight", new StoredTensor(DType.F16, List.of(2L, 3L), half.flip()));
    tensors.put("dense2.bias", new StoredTensor(DType.BF16, List.of(2L), brain.flip()));
    tensors.put("bn1.bias", StoredTensor.ofDoubles(new double[] {1, 2, 0.1}, 3));
    TrainedWeights weights = read(NORMED, tensors);
    assertThat(weights.values().get("dense2.weight"))
        .containsExactly(-0.25f, -0.125f, 0, 0.125f, 0.25f, 0.375f);
    assertThat(weights.values().get("dense2.bias")).containsExactly(1.5f, -2);
    assertThat(weights.values().get("bn1.shift")).containsExactly(1, 2, 0.1f);
    assertThat(weights.notes())
        .contains("1 tensor(s) of float16 are float32 from here on")
        .contains("1 tensor(s) of bfloat16 are float32 from here on")
        .contains("1 tensor(s) of float64 are float32 from here on");
  }

  @Test
  void anIndexNamesSeveralFiles() throws IOException {
    Map<String, StoredTensor> tensors = normed();
    Map<String, StoredTensor> second = new TreeMap<>(tensors);
    second.keySet().removeIf(name -> name.startsWith("dense"));
    Map<String, StoredTensor> first = new TreeMap<>(tensors);
    first.keySet().removeAll(second.keySet());
    Safetensors.write(temp.resolve("a.safetensors"), SafetensorsFile.of(Map.of(), first));
    Safetensors.write(temp.resolve("b.safetensors"), SafetensorsFile.of(Map.of(), second));
    StringBuilder map = new StringBuilder();
    tensors
        .keySet()
        .forEach(name ->
            map.append(map.isEmpty() ? "" : ",")
                .append(
                    "\"%s\":\"%s\""
                        .formatted(
                            name, first.containsKey(name) ? "a.safetensors" : "b.safetensors")));
    Path index = temp.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
    Architecture network = Architectures.parse(NORMED);
    TrainedWeights weights = TrainedWeights.read(index, network, Map.of());
    assertSame(weights, tensors);
    Safetensors.write(temp.resolve("b.safetensors"), SafetensorsFile.of(Map.of("a", "b"), second));
    assertThat(WeightFile.sha256(index)).isNotEqualTo(weights.sha256());
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"weight_map\":{\"a\":\"../x.safetensors\"}}', no file beside the index",
    "'{\"weight_map\":{\"a\":\"/etc/passwd\"}}', no file beside the index",
    "'{\"weight_map\":{\"a\":7}}', is no text",
    "'{\"weight_map\":{\"zz\":\"weights.safetensors\"}}', has no tensor 'zz'",
    "'{\"weights\":{}}', is missing",
    "'{', not a JSON object",
    "'[]', not a JSON object"
  })
  void refusesIndices(String json, String said) throws IOException {
    saved(normed());
    Path index = temp.resolve("x.index.json");
    Files.writeString(index, json);
    assertThatThrownBy(() -> WeightFile.read(index))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(said)
        .hasMessageContaining(index.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "dense2.weight, lin.weight, '', \"has no tensor for\"",
    "dense1.weight, dense1.w, '', 'has no tensor for'",
    "bn1.num_batches_tracked, epochs, '', 'nothing for'",
    "bn1.num_batches_tracked, dense1.wieght, dense1.wieght=dense1.weight, 'is no float'",
    "dense2.bias, other, dense9=other, \"has no tensor 'dense9'\"",
    "dense2.bias, other, other=dense2.bais, \"did you mean 'dense2.bias'\"",
    "dense2.bias, other, other=dense2.weight, \"'other' is 2, but 'dense2.weight'\""
  })
  void refusesWhatHasNoPartner(String from, String to, String map, String said) throws IOException {
    Map<String, StoredTensor> tensors = normed();
    tensors.put(to, tensors.remove(from));
    if (to.startsWith("lin") || to.equals("dense1.w")) {
      tensors.put(to, StoredTensor.ofFloats(new float[7], 7));
    }
    Map<String, String> given = new LinkedHashMap<>();
    if (!map.isEmpty()) {
      given.put(map.substring(0, map.indexOf('=')), map.substring(map.indexOf('=') + 1));
    }
    Path file = saved(tensors);
    assertThatThrownBy(() -> TrainedWeights.read(file, Architectures.parse(NORMED), given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said.replace("\"", ""))
        .hasMessageNotContaining("\n");
  }

  /** As {@code nn.TransformerEncoder} saves it, attention's three layers in one tensor. */
  @Test
  void attentionsJoinedWeightsComeApart() throws IOException {
    String name = "transformer-encoder:vocab=5,steps=3,width=4,heads=2,layers=2,hidden=6,classes=2";
    Map<String, String> torch =
        Map.of(
            "query", "self_attn.query",
            "key", "self_attn.key",
            "value", "self_attn.value",
            "output", "self_attn.out_proj",
            "dense1", "linear1",
            "dense2", "linear2");
    Map<String, StoredTensor> apart =
        stateDict(
            Architectures.parse(name).graph(),
            own -> {
              String[] words = own.split("\\.", -1);
              return own.startsWith("layer")
                  ? "layers.%s.%s.%s"
                      .formatted(
                          words[0].equals("layer1") ? "0" : "1",
                          torch.getOrDefault(words[1], words[1]),
                          words[2])
                  : own;
            });
    Map<String, StoredTensor> joined = new LinkedHashMap<>(apart);
    for (String layer : List.of("layers.0.self_attn.", "layers.1.self_attn.")) {
      for (String part : List.of("weight", "bias")) {
        float[] all = new float[0];
        for (String third : List.of("query.", "key.", "value.")) {
          float[] own =
              Objects.requireNonNull(joined.remove(layer + third + part), part).toFloats();
          all = Arrays.copyOf(all, all.length + own.length);
          System.arraycopy(own, 0, all, all.length - own.length, own.length);
        }
        joined.put(
            layer + "in_proj_" + part,
            part.equals("bias")
                ? StoredTensor.ofFloats(all, 12)
                : StoredTensor.ofFloats(all, 12, 4));
      }
    }
    assertSame(read(name, joined), apart);
  }

  @Test
  void theUserSaysWhatBecomesWhat() throws IOException {
    Map<String, StoredTensor> tensors = normed();
    tensors.put("out", tensors.remove("dense2.weight"));
    tensors.put("step", StoredTensor.ofFloats(new float[5], 5));
    Path file = saved(tensors);
    Map<String, String> map = Map.of("out", "dense2.weight", "step", "");
    TrainedWeights weights = TrainedWeights.read(file, Architectures.parse(NORMED), map);
    assertSame(weights, tensors);
    assertThat(weights.matches())
        .contains(new Match("out", "dense2.weight", Shape.of(2, 3), How.GIVEN));
  }

  @Test
  void numbersMustBeFinite() {
    Map<String, StoredTensor> tensors = normed();
    tensors.put("dense2.bias", StoredTensor.ofFloats(new float[] {1, Float.NaN}, 2));
    assertThatThrownBy(() -> read(NORMED, tensors))
        .hasMessageContaining("number 1 of 'dense2.bias' is NaN");
  }

  /** A model of Ockham brings its network; a softmax at its end is the loss's to compute. */
  @Test
  void aModelBringsItsNetwork() throws IOException {
    GraphBuilder g = new GraphBuilder();
    Value x = g.batchNorm(g.dense(g.input("input", 4), 3));
    Graph graph = g.build(g.softmax(g.dense(x, 2)));
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(p ->
            numbers.put(
                p.name(), DenseMatrix.of(p.rows(), p.columns(), filled(p.shape().size(), 0.5f))));
    numbers.put(
        "dense2.weight", CsrMatrix.of(3, new int[] {0, 1, 1}, new int[] {2}, new float[] {4}));
    Path file = temp.resolve("model.safetensors");
    Model model = new Model("mine", graph, numbers);
    ModelFile.of(model, Map.of()).save(file);
    assertThat(ModelNetwork.isIn(file)).isTrue();
    Architecture network = NetworkSource.read(file.toString());
    assertThat(network.graph().outputs()).containsExactly("dense2");
    TrainedWeights weights = TrainedWeights.read(file, network, Map.of());
    assertThat(weights.values().get("dense2.weight")).containsExactly(0, 0, 4, 0, 0, 0);
    assertThat(weights.values().keySet())
        .containsExactlyInAnyOrderElementsOf(
            network.graph().parameters().stream().map(p -> p.name()).toList());
    assertThat(weights.notes())
        .anyMatch(note -> note.contains("is a softmax"))
        .anyMatch(note -> note.startsWith("5 of 18 weights are 0"));
    assertThat(TrainedWeights.of("mine", model).values().get("dense1.weight"))
        .isEqualTo(weights.values().get("dense1.weight"));
  }

  private static float[] filled(int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return values;
  }

  /** safetensors of Python keeps tensors and drops what it does not know. */
  @Test
  void aModelThatLostItsMetadataSaysSo() throws IOException {
    Graph graph = Architectures.parse("mlp:30-20-10").graph();
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(p ->
            numbers.put(
                p.name(), DenseMatrix.of(p.rows(), p.columns(), new float[p.shape().size()])));
    Model model = new Model("mlp:30-20-10", graph, numbers);
    Path file = saved(ModelFile.of(model, Map.of()).toSafetensors().tensors());
    assertThatThrownBy(
            () -> TrainedWeights.read(file, Architectures.parse("mlp:30-20-10"), Map.of()))
        .hasMessageContaining("'dense1.weight' is in compressed rows")
        .hasMessageContaining("another tool has saved it again without its metadata");
  }
}
