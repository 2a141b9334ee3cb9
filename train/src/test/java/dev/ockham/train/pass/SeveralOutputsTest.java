package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.Distance;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.loss.TeacherOutputs;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The gradient of a loss over several outputs, one of which others read as well, and one of which
 * is another in another shape, against differences of the loss.
 */
class SeveralOutputsTest {

  private static final int EXAMPLES = 6;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static Graph graph() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.conv2d(g.input("image", 2, 4, 4), 3, 3, Geometry.pad(1));
    Value sum =
        g.add(g.conv2d(g.activation(x, Activation.Function.SOFTPLUS), 3, 3, Geometry.pad(1)), x);
    Value flat = g.flatten(sum);
    return g.build(x, sum, flat, g.dense(flat, 4), g.named("soft").softmax(g.dense(flat, 3)));
  }

  @Test
  void gradientsAreThoseOfTheSum() {
    Graph graph = graph();
    Architecture architecture = new Architecture("several", graph);
    Kernels kernels = Kernels.create();
    Dataset data = RandomInputs.named("random:6").orElseThrow().draw("random:6", graph);
    int[] examples = IntStream.range(0, EXAMPLES).toArray();
    RunSpec spec = RunSpec.defaults().with("method.name", "none");
    try (Network network = new Network(architecture, spec.method());
        Arena arena = Arena.ofShared()) {
      network.initialize(InitialWeights.HE, 7, kernels);
      TeacherOutputs targets = TeacherOutputs.of(model(network, 8), data.train(), 1, arena);
      Loss loss =
          new Loss.Teacher(
              List.of(
                  new Distance.Squared(1),
                  new Distance.Squared(2),
                  new Distance.Squared(1.5),
                  new Distance.Divergence(2),
                  new Distance.Squared(0.5)),
              targets);
      network.initialize(InitialWeights.HE, 7, kernels);
      try (Replica replica = new Replica(network, InputScaling.NONE, EXAMPLES, kernels, arena)) {
        double at = replica.forwardBackward(loss, data.train(), examples, EXAMPLES, null);
        assertThat(at).isPositive();
        for (int layer = 0; layer < network.layers().size(); layer++) {
          Tensor leaf = replica.weights(layer).theta();
          float[] gradient = TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
          NativeTensor theta = network.layers().get(layer).weights().theta().value();
          for (int i : new int[] {0, gradient.length / 2, gradient.length - 1}) {
            double wanted = difference(theta, i, replica, loss, data, examples);
            assertThat((double) gradient[i])
                .as("weight %s of layer %s", i, layer)
                .isCloseTo(wanted, within(2e-3 + 0.02 * Math.abs(wanted)));
          }
        }
      }
    }
  }

  private static double difference(
      NativeTensor theta, int number, Replica replica, Loss loss, Dataset data, int[] examples) {
    float[] values = theta.toArray();
    double[] sums = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] moved = values.clone();
      moved[number] += side == 0 ? 5e-3f : -5e-3f;
      theta.set(moved);
      sums[side] = replica.forwardBackward(loss, data.train(), examples, EXAMPLES, null);
    }
    theta.set(values);
    return (sums[0] - sums[1]) / 1e-2 / EXAMPLES;
  }

  /** The network with weights of another seed; it has those afterwards. */
  private static Model model(Network network, long seed) {
    network.initialize(InitialWeights.HE, seed, Kernels.create());
    Graph graph = network.graph();
    Map<String, Matrix> values = new HashMap<>();
    network
        .layers()
        .forEach(layer ->
            put(values, layer.tensor().parameter(), layer.weights().theta().value().toArray()));
    network
        .plain()
        .byName()
        .forEach((name, value) -> put(values, graph.parameter(name), value.value().toArray()));
    return new Model("several", graph, values);
  }

  private static void put(Map<String, Matrix> values, Parameter parameter, float[] numbers) {
    values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
  }
}
