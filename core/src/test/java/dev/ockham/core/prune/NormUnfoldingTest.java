package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Norms come back, and the function stays. */
class NormUnfoldingTest {

  private static final int COUNT = 4;
  private static final int GRAPHS = Integer.getInteger("ockham.graphs", 200);

  static IntStream seeds() {
    return IntStream.range(0, GRAPHS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theFunctionStays(int seed) {
    GraphSample sample = RandomGraphs.images(seed);
    Model model = sample.model(seed);
    Model unfolded = NormUnfolding.unfold(model, sample.inputs(seed + 1, COUNT), COUNT);
    assertThat(unfolded.graph().nodes())
        .hasSize(model.graph().nodes().size() + NormUnfolding.places(model).size());
    assertThat(NormUnfolding.places(unfolded)).isEmpty();
    Map<String, float[]> inputs = sample.inputs(seed, COUNT);
    Parity.require(
        sample.name(),
        Parity.reference(model, inputs, COUNT),
        Parity.reference(unfolded, inputs, COUNT));
  }

  /** Random graphs have places often enough for the test above to mean something. */
  @Test
  void randomGraphsHavePlaces() {
    long places =
        seeds()
            .mapToLong(seed -> NormUnfolding.places(RandomGraphs.images(seed).model(seed)).size())
            .sum();
    assertThat(places).isGreaterThan(GRAPHS / 4);
  }

  private static Model numbered(Graph graph) {
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    graph
        .parameters()
        .forEach(p -> {
          float[] values = new float[p.shape().size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (i * 61 % 97 - 48) / 200f;
          }
          numbers.put(p.name(), DenseMatrix.of(p.rows(), p.columns(), values));
        });
    return new Model("numbered", graph, numbers);
  }

  private static float[] pictures(int size) {
    float[] pixels = new float[size];
    for (int i = 0; i < size; i++) {
      pixels[i] = (i * 89 % 255) / 255f + (i % 7) / 10f;
    }
    return pixels;
  }

  /** What an exporter folds away stands where it stood, under the names it had. */
  @Test
  void foldedNormsOfAResidualNetworkComeBack() {
    Graph graph = Architectures.parse("resnet-20:size=8").graph();
    float[] examples = pictures(6 * 3 * 64);
    Model folded = NormFolding.fold(numbered(graph), examples, 6);
    assertThat(folded.graph().nodes()).hasSize(graph.nodes().size() - 19);
    Model unfolded = NormUnfolding.unfold(folded, examples, 6);
    assertThat(unfolded.graph().nodes().stream().map(Node::name))
        .containsExactlyElementsOf(graph.nodes().stream().map(Node::name).toList());
    assertThat(unfolded.graph().hasParameter("conv1.bias")).isFalse();
    float[] one = Plan.of(folded).run(examples, 6, 1);
    float[] two = Plan.of(unfolded).run(examples, 6, 1);
    float[] again = Plan.of(NormFolding.fold(unfolded)).run(examples, 6, 1);
    double[] expected = ReferenceForward.widened(one);
    Parity.require("unfolded", expected, ReferenceForward.widened(two));
    Parity.require("folded again", expected, ReferenceForward.widened(again));
  }

  /** γ and β are deviation and mean of what the convolution gives, positions included. */
  @Test
  void gammaAndBetaAreDeviationAndMean() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("input", 1, 3, 3), 2, 1));
    Model model = numbered(g.build(g.dense(g.flatten(x), 2)));
    float[] examples = pictures(5 * 9);
    Model unfolded = NormUnfolding.unfold(model, examples, 5);
    float[] weight = model.value("conv1.weight").toDense();
    float[] bias = model.value("conv1.bias").toDense();
    for (int unit = 0; unit < 2; unit++) {
      double sum = 0;
      double squares = 0;
      for (float pixel : examples) {
        double y = (double) weight[unit] * pixel + bias[unit];
        sum += y;
        squares += y * y;
      }
      double mean = sum / examples.length;
      double variance = squares / examples.length - mean * mean;
      assertThat((double) unfolded.value("bn1.shift").toDense()[unit])
          .isCloseTo(mean, within(1e-6));
      assertThat((double) unfolded.value("bn1.scale").toDense()[unit])
          .isCloseTo(Math.sqrt(variance + 1e-5), within(1e-6));
      assertThat((double) unfolded.value("bn1.mean").toDense()[unit])
          .isCloseTo(mean - bias[unit], within(1e-6));
    }
  }

  /**
   * A unit that no calibration example changes is changed by another; the last layer stays bare.
   */
  @Test
  void constantUnitsAndLastLayers() {
    GraphBuilder g = new GraphBuilder();
    Value input = g.input("input", 1, 4, 4);
    Value x = g.relu(g.conv2d(input, 2, 3, Geometry.pad(1)));
    Graph graph = g.build(g.flatten(g.conv2d(x, 1, 3)));
    Model model = numbered(graph);
    assertThat(NormUnfolding.places(model)).containsExactly("conv1");
    Model unfolded = NormUnfolding.unfold(model, new float[3 * 16], 3);
    float[] other = pictures(16);
    float[] one = Plan.of(model).run(other, 1, 1);
    float[] two = Plan.of(unfolded).run(other, 1, 1);
    Parity.require("unfolded", ReferenceForward.widened(one), ReferenceForward.widened(two));
    assertThatThrownBy(() -> NormUnfolding.unfold(model, new float[0], 0))
        .hasMessageContaining("need examples");
  }
}
