package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Window;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {

  private static final Graph LENET = Architectures.parse("lenet-5-caffe").graph();

  private static float he(Graph graph, String node, String slot) {
    return InitialWeights.HE.deviation(graph, node(graph, node), parameter(graph, node, slot));
  }

  private static float small(Graph graph, String node, String slot) {
    return InitialWeights.SMALL.deviation(graph, node(graph, node), parameter(graph, node, slot));
  }

  private static float start(Graph graph, String node, String slot) {
    return InitialWeights.start(node(graph, node), parameter(graph, node, slot));
  }

  private static Node node(Graph graph, String name) {
    return Objects.requireNonNull(graph.node(name));
  }

  private static Parameter parameter(Graph graph, String node, String slot) {
    return graph.parameter(node + "." + slot);
  }

  @Test
  void heGoesByWhatAUnitReads() {
    assertThat(he(LENET, "dense1", "weight")).isEqualTo(0.05f);
    assertThat(he(LENET, "conv2", "weight")).isEqualTo((float) Math.sqrt(2.0 / 500));
  }

  @Test
  void smallIsAFixedNumberInDenseLayersAndGlorotInConvolutions() {
    assertThat(small(LENET, "dense1", "weight")).isEqualTo(0.01f);
    assertThat(small(LENET, "conv2", "weight")).isEqualTo((float) Math.sqrt(2.0 / 1750));
  }

  @Test
  void aDepthwiseConvolutionReadsItsKernelOnly() {
    Graph graph = Architectures.parse("net:8x9x9-dw3-conv8x3g2-gap").graph();
    assertThat(he(graph, "conv1", "weight")).isEqualTo((float) Math.sqrt(2.0 / 9));
    assertThat(small(graph, "conv1", "weight")).isEqualTo((float) Math.sqrt(2.0 / 18));
    assertThat(he(graph, "conv2", "weight")).isEqualTo((float) Math.sqrt(2.0 / 36));
    assertThat(small(graph, "conv2", "weight")).isEqualTo((float) Math.sqrt(2.0 / 72));
  }

  @Test
  void aTransposedConvolutionReadsWhatOverlapsOnAverage() {
    GraphBuilder g = new GraphBuilder();
    var up = new ConvolutionTransposed(4, Window.of(2, 4, 2, 1, 1), List.of(0, 0), 1);
    Graph graph = g.build(g.globalAverage(g.node("up", up, g.input("input", 6, 5, 5))));
    assertThat(he(graph, "up1", "weight")).isEqualTo((float) Math.sqrt(2.0 / (6 * 16 / 4)));
    assertThat(small(graph, "up1", "weight"))
        .isEqualTo((float) Math.sqrt(2.0 / (6 * 16 / 4 + 4 * 16)));
  }

  @Test
  void recurrentLayersStartAsGlorotGateByGate() {
    Graph graph = Architectures.parse("net:t9-embed30x8-lstm16-dense2").graph();
    assertThat(he(graph, "lstm1", "weight_hh")).isEqualTo(0.25f);
    assertThat(he(graph, "lstm1", "weight_ih")).isEqualTo((float) Math.sqrt(2.0 / 24));
    assertThat(small(graph, "lstm1", "weight_ih")).isEqualTo((float) Math.sqrt(2.0 / 24));
    assertThat(he(graph, "lstm1", "bias_ih")).isZero();
    assertThat(he(graph, "embed1", "weight")).isEqualTo(1);
    assertThat(small(graph, "embed1", "weight")).isEqualTo(0.1f);
  }

  @Test
  void whatIsNoWeightStartsAtANumber() {
    Graph graph = Architectures.parse("net:8x9x9-conv4x3-bn-prelu-gap").graph();
    assertThat(start(graph, "bn1", "scale")).isEqualTo(1);
    assertThat(start(graph, "bn1", "shift")).isZero();
    assertThat(start(graph, "conv1", "bias")).isZero();
    assertThat(start(graph, "prelu1", "slope")).isEqualTo(0.25f);
    assertThat(he(graph, "bn1", "scale")).isZero();
    Graph encoder = Architectures.parse("transformer-encoder").graph();
    assertThat(he(encoder, "positions", "value")).isEqualTo(0.02f);
    assertThat(he(encoder, "layer1.query", "bias")).isZero();
  }
}
