package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.pack.MalformedPackException;
import dev.ockham.runtime.pack.Pack;
import dev.ockham.runtime.pack.PackedMatrix;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small files that ask for much work: it is refused, or grows no faster than the file. Those of
 * which that is tried at length took hours where each node was compared with each other.
 */
class HugeGraphsTest {
  private static final int MANY = 20_000;
  private static final Activation RELU = Activation.of(Activation.Function.RELU);
  private static final Input X = new Input("x", Shape.of(1));

  @TempDir private Path folder;

  /** Runs a graph of one number in whose weights are 1 and whose biases are 0. */
  private static float ran(Graph graph) {
    Map<String, Matrix> values = new HashMap<>();
    for (Parameter each : graph.parameters()) {
      float[] numbers = new float[each.shape().size()];
      Arrays.fill(numbers, each.role() == Role.WEIGHT ? 1 : 0);
      values.put(each.name(), DenseMatrix.of(each.rows(), each.columns(), numbers));
    }
    Map<String, float[]> inputs = new HashMap<>();
    for (Input each : graph.inputs()) {
      inputs.put(each.name(), new float[] {1});
    }
    Plan plan = Plan.of(new Model("huge", graph, values));
    return plan.run(inputs, 1, 1).values().iterator().next()[0];
  }

  /** Each layer's sum wants the next layer's first. */
  @Test
  void sumsOfSumsThatComeLaterAreRun() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 1);
    List<Value> layers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      layers.add(g.dense(x, 1));
    }
    Value sum = x;
    for (Value layer : layers.reversed()) {
      sum = g.add(layer, sum);
    }
    assertThat(ran(g.build(sum))).isEqualTo(MANY + 1f);
  }

  @Test
  void aSumWithWhatComesBehindManyNodesIsRun() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", 1);
    Value layer = g.dense(x, 1);
    Value last = x;
    for (int i = 0; i < MANY; i++) {
      last = g.relu(last);
    }
    assertThat(ran(g.build(g.add(layer, last)))).isEqualTo(2f);
  }

  /** Each node laid the weights out for itself: 4 MB of them, shared by 300, filled a gigabyte. */
  @Test
  void weightsThatManyNodesShareAreLaidOutOnce() {
    int width = 1 << 10;
    long nodes = Runtime.getRuntime().maxMemory() / ((long) Float.BYTES * width * width) + 1;
    Shape square = Shape.of(width, width);
    List<Node> chain = new ArrayList<>();
    String last = "x";
    for (int i = 0; i < nodes; i++) {
      chain.add(new Node("y" + i, new Linear(width), List.of(last), Map.of("weight", "w")));
      chain.add(new Node("z" + i, RELU, List.of("y" + i)));
      last = "z" + i;
    }
    Graph graph =
        new Graph(
            List.of(new Input("x", Shape.of(width))),
            List.of(new Parameter("w", square, Role.WEIGHT)),
            chain,
            List.of(last));
    float[] numbers = new float[square.size()];
    Arrays.fill(numbers, 1f / width);
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    Plan plan =
        Plan.of(new Model("shared", graph, Map.of("w", DenseMatrix.of(width, width, numbers))));
    assertThat(plan.run(ones, 1, 1)).isEqualTo(ones);
  }

  @Test
  void inputsAndOutputsAreCounted() {
    List<Input> inputs = each(Graph.MOST_NODES + 1, i -> new Input("x" + i, Shape.of(1)));
    List<Node> nodes = List.of(new Node("y", RELU, List.of("x0")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Graph(inputs, List.of(), nodes, List.of("y")))
        .withMessageContaining("100001 inputs");
    List<String> outputs = each(Graph.MOST_NODES + 1, i -> "y" + i);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Graph(List.of(X), List.of(), nodes, outputs))
        .withMessageContaining("100001 outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Graph(List.of(X), List.of(), nodes, List.of("x", "y", "x")))
        .withMessage("outputs name 'x' twice");
  }

  @Test
  void whatNodesReadIsCounted() {
    List<String> reads = Collections.nCopies(Graph.MOST_READS + 1, "x");
    List<Node> nodes = List.of(new Node("y", new Concat(0), reads));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Graph(List.of(X), List.of(), nodes, List.of("y")))
        .withMessageContaining("read 400001 values, more than 400000");
  }

  /** 2.5 MB of these took a minute, and came to too many nodes. */
  @Test
  void layersOfTheFirstVersionAreCounted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFileVersion1.read(chain(Graph.MOST_NODES + 1)))
        .withMessage("it has 100001 layers, more than 100000");
  }

  private static String chain(int layers) {
    String each = "{\"op\":\"relu\"}";
    return "{\"architecture\":\"a\",\"input\":[1,1,1],\"classes\":1,\"layers\":["
        + (each + ",").repeat(layers - 1)
        + each
        + "]}";
  }

  /** A few bytes of code can stand for any number of letters. */
  @Test
  void textsOfACompactFileAreCountedTogether() throws MalformedPackException {
    byte[] pack = Pack.write(List.of("twelve bytes", "and ten of"), List.of());
    assertThat(new Pack.Reader(pack, 0).texts(2, 22)).containsExactly("twelve bytes", "and ten of");
    assertThatExceptionOfType(MalformedPackException.class)
        .isThrownBy(() -> new Pack.Reader(pack, 0).texts(2, 21))
        .withMessageContaining("a text of 10 bytes, more than 9");
  }

  @Test
  void aCompactFileThatCouldNotBeReadIsNotWritten() {
    GraphBuilder g = new GraphBuilder();
    Model model = new Model("m", g.build(g.relu(g.input("x", 1))), Map.of());
    ModelFile file = ModelFile.of(model, Map.of("note", "n".repeat(CompactFile.MOST_TEXT)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CompactFile.of(file, Map.of()))
        .withMessageContaining("bytes as text, and a compact file holds 8388608");
  }

  private static PackedMatrix zeros(int rows) {
    return new PackedMatrix(CsrMatrix.of(1, new int[rows + 1], new int[0], new float[0]), 0);
  }

  /** A thousand bytes that claim a billion rows of zeros took a minute. */
  @Test
  void rowsOfZerosInACompactFileArePaidForByItsBytes() throws MalformedPackException {
    byte[] pack = Pack.write(List.of(), List.of(zeros(2)));
    assertThatExceptionOfType(MalformedPackException.class)
        .isThrownBy(() -> new Pack.Reader(pack, 0).matrix(1 << 30, 1, Long.MAX_VALUE))
        .withMessageContaining("claim 1073741825 rows, columns and cells, which ");
  }

  @Test
  void theMatricesOfACompactFileAreCountedTogether() throws MalformedPackException {
    int rows = 1 << 21;
    byte[] pack = Pack.write(List.of(), List.of(zeros(rows), zeros(rows)));
    Pack.Reader reader = new Pack.Reader(pack, 0);
    assertThat(reader.matrix(rows, 1, Long.MAX_VALUE).rows()).isEqualTo(rows);
    assertThat(reader.matrix(rows, 1, Long.MAX_VALUE).rows()).isEqualTo(rows);
    assertThatExceptionOfType(MalformedPackException.class)
        .isThrownBy(() -> reader.matrix(rows, 1, Long.MAX_VALUE))
        .withMessageContaining("claim 6291459 rows, columns and cells");
    PackedMatrix tall = zeros(1 << 23);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pack.write(List.of(), List.of(tall)))
        .withMessageContaining("claim 8388609 rows, columns and cells");
  }

  private static <T> List<T> each(int count, IntFunction<T> one) {
    return IntStream.range(0, count).mapToObj(one).toList();
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void chainsLaddersAndFansOfAllNodesThereMayBeAreRun() {
    GraphBuilder chain = new GraphBuilder();
    Value last = chain.input("x", 1);
    for (int i = 0; i < Graph.MOST_NODES; i++) {
      last = chain.flatten(last);
    }
    assertThat(ran(chain.build(last))).isEqualTo(1);

    GraphBuilder ladder = new GraphBuilder();
    Value low = ladder.input("x", 1);
    Value high = low;
    for (int i = 0; i < Graph.MOST_NODES; i++) {
      Value next = ladder.combine(Combine.By.MULTIPLY, low, high);
      low = high;
      high = next;
    }
    assertThat(ran(ladder.build(high))).isEqualTo(1);

    GraphBuilder fan = new GraphBuilder();
    Value x = fan.input("x", 1);
    Value[] ribs = each(Graph.MOST_NODES - 1, i -> fan.relu(x)).toArray(Value[]::new);
    assertThat(ran(fan.build(fan.concat(0, ribs)))).isEqualTo(1);
    assertThat(ran(fan.build(ribs))).isEqualTo(1);
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void asManyInputsAsThereMayBeAreRun() {
    List<Input> inputs = each(Graph.MOST_NODES, i -> new Input("x" + i, Shape.of(1)));
    List<Node> nodes = each(Graph.MOST_NODES, i -> new Node("y" + i, RELU, List.of("x" + i)));
    assertThat(ran(new Graph(inputs, List.of(), nodes, List.of("y0")))).isEqualTo(1);
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void asManyLayersOfTheFirstVersionAsThereMayBeAreRead() {
    Graph graph = ModelFileVersion1.read(chain(Graph.MOST_NODES - 1)).graph();
    assertThat(graph.nodes().getLast().name()).isEqualTo("relu99999");
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void aHeaderOfAMillionEmptyTensorsIsRefused() throws IOException {
    String tensors =
        IntStream.range(0, 1_000_000)
            .mapToObj(
                i -> "\"%s\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}".formatted(i))
            .collect(Collectors.joining(","));
    String header =
        "{\"__metadata__\":{\"format\":\"ockham-model\",\"version\":\"3\"}," + tensors + "}";
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    Path path = folder.resolve("model.safetensors");
    Files.write(
        path,
        ByteBuffer.allocate(8 + bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(bytes.length)
            .put(bytes)
            .array());
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(path))
        .withMessageContaining(path.toString());
  }
}
