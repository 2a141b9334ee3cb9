package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.Geometry.ceil;
import static dev.ockham.runtime.graph.Geometry.dilate;
import static dev.ockham.runtime.graph.Geometry.extra;
import static dev.ockham.runtime.graph.Geometry.groups;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static dev.ockham.runtime.graph.Geometry.withoutPadding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a builder refuses is said with node, operator and shapes. */
class GraphBuilderTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Value x = builder.input("x", 3, 8, 8);

  @Test
  void aLayerWithoutOutputsIsRefused() {
    assertThatThrownBy(() -> builder.conv2d(x, 0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("node 'conv1' (convolution): outputs = 0, it must be >= 1; it reads [3×8×8]");
    assertThatThrownBy(() -> builder.named("fc").dense(builder.flatten(x), -1))
        .hasMessage("node 'fc' (linear): outputs = -1, it must be >= 1; it reads [192]");
  }

  @Test
  void settingsAreRefusedLikeShapes() {
    assertThatThrownBy(() -> builder.permute(x, 0, 0, 1))
        .hasMessage(
            "node 'permute1' (permute): its order [0, 0, 1] lacks axis 2; it reads [3×8×8]");
    assertThatThrownBy(() -> builder.slice(x, 0, 0, 1, 0))
        .hasMessage("node 'slice1' (slice): step = 0, it must be >= 1; it reads [3×8×8]");
  }

  /** As the page of networks has it. */
  @Test
  void branchesAreWrittenAsTheyAreThought() {
    var g = new GraphBuilder();
    var x = g.input("x", 3, 8, 8);
    var y = g.conv2d(x, 16, 3, pad(1));
    x = g.conv2d(x, 16, 1);
    Graph graph = g.build(g.add(x, y));
    assertThat(graph.shape("add1")).isEqualTo(Shape.of(16, 8, 8));
  }

  /** A value by each method. */
  private static Graph everything() {
    var g = new GraphBuilder();
    Value image = g.input("image", 4, 6, 6);
    Value signal = g.input("signal", 4, 9);
    Value vector = g.flatten(image);
    Value steps = g.permute(signal, 1, 0);
    Value positive = g.activation(g.dense(vector, 5), Activation.Function.EXP);
    List<Value> values = new ArrayList<>();
    values.add(g.conv1d(signal, 3, 3, pad(2, 0), dilate(2), groups(1), withoutBias()));
    values.add(g.conv2d(image, 4, 3, pad(0, 1), stride(2), groups(2)));
    values.add(g.depthwise(image, 3, pad(0, 0, 1, 2)));
    values.add(g.conv1dTransposed(signal, 2, 3, stride(2), extra(1)));
    values.add(g.conv2dTransposed(image, 2, 2, stride(2), pad(1), withoutBias()));
    values.add(g.maxPool(image, 3, pad(1), stride(2), ceil()));
    values.add(g.averagePool(signal, 2, pad(1, 0), withoutPadding()));
    values.add(g.globalAverage(image));
    values.add(g.globalMax(image));
    values.add(g.batchNorm(image));
    values.add(g.layerNorm(steps));
    values.add(g.groupNorm(image, 2));
    values.add(g.instanceNorm(image));
    values.add(g.subtract(g.add(image, image), g.multiply(image, image)));
    values.add(g.divide(g.power(positive, positive), g.minimum(positive, positive)));
    values.add(
        g.maximum(
            positive, g.concat(0, g.slice(positive, 0, 1, 3, 1), g.slice(positive, 0, 0, 3, 1))));
    values.add(g.pad(steps, List.of(1, 0), List.of(0, 0)));
    values.add(g.reshape(image, 12, 12));
    values.add(g.reduce(image, Reduce.To.SUM, false, 1, 2));
    values.add(g.elu(g.leakyRelu(g.clip(g.relu(image), 0, 6), 0.1f)));
    values.add(g.hardSigmoid(g.prelu(image, 0)));
    for (Activation.Function function : Activation.Function.values()) {
      values.add(g.activation(positive, function));
    }
    values.add(g.softmax(g.logSoftmax(vector)));
    values.add(g.embed(g.input("tokens", 7), 10, 3));
    values.add(g.matrixProduct(g.matrixProductTransposed(steps, steps), steps));
    values.add(g.recurrent(steps, Recurrent.Cell.LSTM, 2, false));
    values.add(g.bidirectional(steps, Recurrent.Cell.GRU, 2, true));
    values.add(g.bidirectional(steps, Recurrent.Cell.TANH, 2, false));
    values.add(g.resizeNearest(image, 12, 12));
    values.add(g.resizeLinear(signal, 4));
    values.add(g.learnt(Shape.of(2), 0));
    return g.build(values.toArray(new Value[0]));
  }

  /** What networks are written with has methods of its own; the rest is added by its record. */
  @Test
  void whatNetworksAreWrittenWithHasMethods() {
    Graph graph = everything();
    assertThat(graph.shape("conv1")).isEqualTo(Shape.of(3, 7));
    assertThat(graph.shape("conv2")).isEqualTo(Shape.of(4, 3, 3));
    assertThat(graph.shape("conv3")).isEqualTo(Shape.of(4, 5, 6));
    assertThat(graph.shape("convt1")).isEqualTo(Shape.of(2, 20));
    assertThat(graph.shape("convt2")).isEqualTo(Shape.of(2, 10, 10));
    assertThat(graph.shape("pool2")).isEqualTo(Shape.of(4, 5));
    Set<Class<?>> made = new HashSet<>();
    graph.nodes().forEach(node -> made.add(node.operator().getClass()));
    assertThat(made)
        .containsExactlyInAnyOrder(
            Activation.class,
            Combine.class,
            Concat.class,
            Constant.class,
            Convolution.class,
            ConvolutionTransposed.class,
            Embed.class,
            Linear.class,
            MatrixProduct.class,
            Normalize.class,
            PRelu.class,
            Pad.class,
            Permute.class,
            Pool.class,
            Recurrent.class,
            Reduce.class,
            Reshape.class,
            Resize.class,
            Slice.class,
            Softmax.class);
  }
}
