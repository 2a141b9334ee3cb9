package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The NLL behind a noisy linear layer, a batch norm and a ReLU, in double: gradients by the layer's
 * means and variances, γ and β against central differences.
 */
class BatchNormalizationTest {

  private static final int BATCH = 7;
  private static final double STEP = 1e-6;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  /** A layer with weights, a batch norm and a ReLU. */
  static Stream<Graph> layers() {
    GraphBuilder dense = new GraphBuilder();
    Value features = dense.dense(dense.input("features", 6), 4);
    GraphBuilder conv = new GraphBuilder();
    Value channels = conv.conv2d(conv.input("image", 2, 4, 4), 3, 2);
    return Stream.of(
        dense.build(dense.relu(dense.batchNorm(features))),
        conv.build(conv.relu(conv.batchNorm(channels))));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsMatchCentralDifferences(Graph graph) {
    WeightTensor layer = WeightTensor.of(graph).getFirst();
    SplittableRandom random = new SplittableRandom(5);
    int weights = (int) layer.weights();
    // Means, variances, γ and β of the layer.
    double[][] parameters = {
      normals(random, weights), positive(random, weights),
      normals(random, layer.outputs()), normals(random, layer.outputs())
    };
    double[] inputAndNoise = normals(random, 2000);
    double[][] analytic = gradient(graph, parameters, inputAndNoise);
    for (int p = 0; p < parameters.length; p++) {
      for (int i = 0; i < parameters[p].length; i++) {
        double at = parameters[p][i];
        parameters[p][i] = at + STEP;
        double up = value(graph, parameters, inputAndNoise);
        parameters[p][i] = at - STEP;
        double down = value(graph, parameters, inputAndNoise);
        parameters[p][i] = at;
        double numeric = (up - down) / (2 * STEP);
        assertThat(analytic[p][i])
            .as("%s, parameter %s [%s]", layer.name(), p, i)
            .isCloseTo(numeric, within(1e-6 * Math.max(1, Math.abs(numeric))));
      }
    }
  }

  @Test
  void aUnitThatIsTheSameForAllGivesBetaAndFiniteGradients() {
    GraphBuilder g = new GraphBuilder();
    Graph graph = g.build(g.batchNorm(g.input("x", 1)));
    try (TensorScope _ = new TensorScope()) {
      double[] same = {3, 3, 3, 3};
      Tensor input = tensor(same, 0, 4, 1).set_requires_grad(true);
      Tensor gamma = tensor(new double[] {5}, 0, 1);
      Tensor beta = tensor(new double[] {-0.25}, 0, 1);
      Tensor output =
          EagerForward.logits(
              graph,
              input,
              Map.of(),
              Map.of("bn1.scale", gamma, "bn1.shift", beta),
              (node, _, _) -> {
                throw new AssertionError(node);
              });
      output.square().sum().backward();
      for (double value : doubles(output.contiguous())) {
        assertThat(value).isCloseTo(-0.25, within(1e-9)); // x and its mean times 5/√ε cancel
      }
      assertThat(doubles(input.grad())).containsOnly(0);
    }
  }

  /** The layer in front gives the same for all examples, and so must learn nothing. */
  @Test
  void byHandAUnitThatIsTheSameForAllGivesBetaAndTeachesNothing() {
    int rows = 4;
    GraphBuilder g = new GraphBuilder();
    Value unit = g.dense(g.input("x", 1), 1);
    Graph graph = g.build(g.batchNorm(unit));
    try (TwoPasses passes = new TwoPasses(graph, rows, false, Kernels.create())) {
      TwoPasses.One one = passes.byHand;
      MemorySegment.copy(
          new float[] {3, 3, 3, 3}, 0, one.pass.input(0), ValueLayout.JAVA_FLOAT, 0, rows);
      float beta = floats(leaf(one, "bn1.shift"))[0];
      MemorySegment output = one.pass.forward(new int[] {0, 1, 2, 3}, null);
      for (int i = 0; i < rows; i++) {
        float y = output.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        assertThat(y).isCloseTo(beta, within(1e-6f)); // x and its mean times γ/√ε cancel
        one.pass.byOutput().setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * y);
      }
      one.pass.backward();
      for (String name : List.of("dense1.weight", "dense1.bias", "bn1.scale")) {
        float[] gradient = TwoPasses.gradient(leaf(one, name));
        assertThat(gradient).as(name).containsExactly(new float[] {0}, within(1e-3f));
      }
      assertThat(TwoPasses.gradient(leaf(one, "bn1.shift")))
          .containsExactly(new float[] {8 * beta}, within(1e-5f));
    }
  }

  private static Tensor leaf(TwoPasses.One one, String name) {
    return Objects.requireNonNull(one.leaves.get(name), name);
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static double value(Graph graph, double[][] parameters, double[] fixed) {
    try (TensorScope _ = new TensorScope()) {
      return nll(graph, tensors(graph, parameters), fixed).item_double();
    }
  }

  private static double[][] gradient(Graph graph, double[][] parameters, double[] fixed) {
    try (TensorScope _ = new TensorScope()) {
      Tensor[] tensors = tensors(graph, parameters);
      double[][] gradient = new double[tensors.length][];
      for (Tensor tensor : tensors) {
        tensor.set_requires_grad(true);
      }
      nll(graph, tensors, fixed).backward();
      for (int p = 0; p < tensors.length; p++) {
        gradient[p] = doubles(tensors[p].grad().contiguous());
      }
      return gradient;
    }
  }

  private static Tensor[] tensors(Graph graph, double[][] parameters) {
    WeightTensor layer = WeightTensor.of(graph).getFirst();
    return new Tensor[] {
      tensor(parameters[0], 0, layer.shape()),
      tensor(parameters[1], 0, layer.shape()),
      tensor(parameters[2], 0, layer.outputs()),
      tensor(parameters[3], 0, layer.outputs())
    };
  }

  private static Tensor nll(Graph graph, Tensor[] parameters, double[] fixed) {
    WeightTensor layer = WeightTensor.of(graph).getFirst();
    boolean dense = graph.inputs().getFirst().shape().rank() == 1;
    Tensor input =
        dense ? tensor(fixed, 0, BATCH, layer.fanIn()) : tensor(fixed, 0, BATCH, 2, 4, 4);
    Tensor zeta =
        dense
            ? tensor(fixed, 500, BATCH, layer.outputs())
            : tensor(fixed, 500, BATCH, layer.outputs(), 3, 3);
    Tensor bias = tensor(fixed, 1000, layer.outputs());
    Map<String, Tensor> affine = Map.of("bn1.scale", parameters[2], "bn1.shift", parameters[3]);
    Tensor normed =
        EagerForward.logits(
            graph,
            input,
            Map.of(),
            affine,
            (_, operator, x) ->
                TorchLinearMap.local(operator, x, parameters[0], parameters[1], bias, zeta));
    Tensor logits = dense ? normed : normed.sum(new long[] {2, 3}, false, null);
    Tensor labels =
        torch
            .arange(new Scalar(BATCH))
            .remainder(new Scalar(layer.outputs()))
            .to(torch.ScalarType.Long);
    return torch.cross_entropy_loss(logits, labels, new TensorOptional(), 2, -100, 0);
  }

  private static double[] doubles(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_DOUBLE);
  }

  private static double[] normals(SplittableRandom random, int count) {
    return random.doubles(count).map(u -> 2 * u - 1).toArray();
  }

  private static double[] positive(SplittableRandom random, int count) {
    return random.doubles(count, 0.01, 0.5).toArray();
  }

  private static Tensor tensor(double[] values, int from, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    DoublePointer pointer = new DoublePointer(count);
    pointer.put(values, from, count);
    return torch.from_blob(pointer, shape, new TensorOptions(torch.ScalarType.Double)).clone();
  }
}
