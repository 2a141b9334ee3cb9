package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Filling;
import dev.ockham.runtime.plan.Plan;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NormFoldingTest {

  private static final int COUNT = 20;

  private static Graph residual() {
    var g = new GraphBuilder();
    Value x = g.relu(g.batchNorm(g.conv2d(g.input("x", 2, 6, 6), 5, 3, pad(1), withoutBias())));
    Value y = g.batchNorm(g.conv2d(x, 5, 3, pad(1)));
    Value z = g.batchNorm(g.relu(g.add(x, y)));
    return g.build(g.dense(g.globalAverage(z), 3));
  }

  private static float[] examples(int size) {
    float[] examples = new float[COUNT * size];
    for (int i = 0; i < examples.length; i++) {
      examples[i] = (i * 37 % 101) / 50f - 1;
    }
    return examples;
  }

  @Test
  void foldedNormsGiveWhatTheBatchGivesOfItself() {
    Model model = GraphModels.random(residual(), 0.6, 1);
    float[] examples = examples(72);

    Model folded = NormFolding.fold(model, examples, COUNT);

    assertThat(folded.graph().nodes().stream().map(Node::operator))
        .noneMatch(Normalize.class::isInstance);
    assertThat(Objects.requireNonNull(folded.graph().node("bn3")).operator())
        .isEqualTo(new Affine(0));
    assertThat(folded.graph().hasParameter("conv1.bias")).isTrue();
    double[] wide = ReferenceForward.widened(examples);
    double[] wanted =
        Objects.requireNonNull(ReferenceForward.run(model, Map.of("x", wide), COUNT).get("dense1"));
    float[] got = Plan.of(folded).run(examples, COUNT, 1);
    Parity.require("folded", wanted, ReferenceForward.widened(got));
  }

  @Test
  void chainsFoldToTheSameBits() throws NoSuchAlgorithmException {
    var g = new GraphBuilder();
    Graph graph =
        g.build(
            g.dense(
                g.relu(g.batchNorm(g.dense(g.relu(g.batchNorm(g.dense(g.input("x", 4), 6))), 5))),
                2));
    Model model = GraphModels.random(graph, 0.5, 3);
    float[] examples = new float[COUNT * 4];
    for (int i = 0; i < examples.length; i++) {
      examples[i] = i * 37 % 256;
    }

    Model folded = NormFolding.fold(model, examples, COUNT);

    // The statistics are those of sums by fused multiply-adds, in the order of the columns.
    assertThat(sha256(folded))
        .isEqualTo("27f35dfeb34342813fdf1d90e6a9cf954767378e70cf0de6a3b68a4c2181d15d");
  }

  private static String sha256(Model model) throws NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (String name : List.of("dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias")) {
      float[] numbers = GraphModels.numbers(model, name);
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
      bytes.asFloatBuffer().put(numbers);
      sha256.update(bytes);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Test
  void statisticsThatCameWithTheModelAreTaken() {
    Model model = GraphModels.random(known(residual()), 0.6, 1);

    Model folded = NormFolding.fold(model);

    assertThat(folded.graph().nodes().stream().map(Node::operator))
        .noneMatch(Normalize.class::isInstance);
    GraphModels.assertSameFunction(folded, model);
    GraphModels.assertSameFunction(Compaction.compact(folded), model);
  }

  /** The same graph with mean and variance for all norms. */
  private static Graph known(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    for (Node node : graph.nodes()) {
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      if (node.operator() instanceof Normalize) {
        for (String slot : List.of("mean", "variance")) {
          String name = node.name() + "." + slot;
          taken.put(slot, name);
          parameters.add(
              new Parameter(name, graph.parameter(node.name() + ".scale").shape(), Role.STATISTIC));
        }
      }
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    return new Graph(graph.inputs(), parameters, nodes, graph.outputs());
  }

  /** Sixteen blocks of three convolutions, and shortcuts where they narrow: as in ResNet-50. */
  private static Graph of53Norms() {
    var g = new GraphBuilder();
    Value x = g.relu(normed(g, g.input("x", 2, 4, 4), 2, 3));
    int channels = 2;
    for (int block = 0; block < 16; block++) {
      boolean widens = block == 0 || block == 3 || block == 7 || block == 13;
      int wide = widens ? channels + 1 : channels;
      Value y = g.relu(normed(g, x, 2, 1));
      y = normed(g, g.relu(normed(g, y, 2, 3)), wide, 1);
      x = g.relu(g.add(y, widens ? normed(g, x, wide, 1) : x));
      channels = wide;
    }
    return g.build(g.dense(g.globalAverage(x), 3));
  }

  private static Value normed(GraphBuilder g, Value x, int channels, int kernel) {
    return g.batchNorm(g.conv2d(x, channels, kernel, pad(kernel / 2), withoutBias()));
  }

  /** Counts by node how often its input is there for the examples. */
  private static final class Counting implements Filling {
    private final Map<String, Integer> asked = new LinkedHashMap<>();
    private int examples;

    @Override
    public @Nullable Map<String, Matrix> parameters(Node node, float[] input, int count) {
      asked.merge(node.name(), 1, Integer::sum);
      examples = Math.max(examples, count);
      return null;
    }

    @Override
    public boolean fills(Node node) {
      return true;
    }
  }

  @Test
  void aNetworkOf53NormsFoldsInOnePassOverTheExamples() {
    Model model = GraphModels.random(of53Norms(), 1, 5);
    assertThat(model.graph().nodes().stream().filter(n -> n.operator() instanceof Normalize))
        .hasSize(53);
    Counting counting = new Counting();
    float[] examples = examples(32);

    Model folded = NormFolding.fold(model, examples, COUNT, counting);

    assertThat(folded.graph().nodes().stream().map(Node::operator))
        .noneMatch(Normalize.class::isInstance);
    assertThat(counting.asked.keySet())
        .containsExactlyElementsOf(model.graph().nodes().stream().map(Node::name).toList());
    assertThat(counting.asked.values()).as("passes").containsOnly(1);
    assertThat(counting.examples).as("all at once").isEqualTo(COUNT);
    double[] wide = ReferenceForward.widened(examples);
    Parity.require(
        "folded",
        Objects.requireNonNull(ReferenceForward.run(model, Map.of("x", wide), COUNT).get("dense1")),
        ReferenceForward.widened(Plan.of(folded).run(examples, COUNT, 1)),
        1e-3);
  }

  @Test
  void withoutExamplesThereAreNoStatistics() {
    Model model = GraphModels.random(residual(), 0.6, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NormFolding.fold(model, new float[0], 0))
        .withMessageContaining("bn1");
    assertThat(NormFolding.fold(model)).isEqualTo(model);
  }
}
