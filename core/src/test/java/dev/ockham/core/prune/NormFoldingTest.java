package dev.ockham.core.prune;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Images;
import dev.ockham.core.prune.BatchNorms;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.ModelLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    float[] got = folded.logits(examples, COUNT, 1);
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) got[i]).isCloseTo(wanted[i], within(1e-3));
    }
  }

  @Test
  void chainsFoldToTheSameBits() {
    var g = new GraphBuilder();
    Graph graph =
        g.build(
            g.dense(
                g.relu(g.batchNorm(g.dense(g.relu(g.batchNorm(g.dense(g.input("x", 4), 6))), 5))),
                2));
    Model model = GraphModels.random(graph, 0.5, 3);
    byte[] pixels = new byte[COUNT * 4];
    float[] examples = new float[COUNT * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 37 % 256);
      examples[i] = i * 37 % 256;
    }
    List<BatchNorms.Affine> affines = new ArrayList<>();
    for (String norm : List.of("bn1", "bn2")) {
      affines.add(
          new BatchNorms.Affine(
              GraphModels.numbers(model, norm + ".scale"),
              GraphModels.numbers(model, norm + ".shift")));
    }
    BatchNorms norms = new BatchNorms(affines, Images.copyOf(1, 1, 4, pixels, new byte[COUNT]));
    var flat = dev.ockham.runtime.model.Shape.flat(4);
    ModelLayer.Linear first = norms.folded(0, flat, List.of(), layer(model, "dense1"));
    ModelLayer.Linear second =
        norms.folded(1, flat, List.of(first, new ModelLayer.Relu()), layer(model, "dense2"));

    Model folded = NormFolding.fold(model, examples, COUNT);

    for (ModelLayer.Linear layer : List.of(first, second)) {
      assertThat(GraphModels.numbers(folded, layer.name() + ".weight"))
          .isEqualTo(layer.weights().toDense());
      assertThat(GraphModels.numbers(folded, layer.name() + ".bias"))
          .isEqualTo(layer.bias().toArray());
    }
  }

  private static ModelLayer.Dense layer(Model model, String name) {
    return new ModelLayer.Dense(
        name, model.value(name + ".weight"), Bias.of(GraphModels.numbers(model, name + ".bias")));
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

  @Test
  void withoutExamplesThereAreNoStatistics() {
    Model model = GraphModels.random(residual(), 0.6, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NormFolding.fold(model, new float[0], 0))
        .withMessageContaining("bn1");
    assertThat(NormFolding.fold(model)).isEqualTo(model);
  }
}
