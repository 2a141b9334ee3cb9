package dev.ockham.train.pass;

import static dev.ockham.train.pass.TwoPasses.gradient;
import static dev.ockham.train.pass.TwoPasses.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gates by kernels, at their places in a network, give what autograd gives. */
class GateStagesTest {
  private static final long SEED = 5;
  private static final int CAPACITY = 40;
  private static final double TOLERANCE = 2e-4;
  private static final int[] EXAMPLES = {3, 0, 17, 39, 22, 8, 31, 5, 6, 12};
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);
  private static final Architecture DENSE = Architectures.parse("mlp:64-30-20-4");
  private static final Architecture NORMED =
      Architectures.parse(
          "net:1x8x8-conv6x3-bn-relu-pool2-conv5x2-bn-relu-flatten-dense12-bn-relu-dense4");

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(CAPACITY, 3);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<Arguments> cases() {
    return Method.all().stream()
        .filter(method -> method.gate() != GateKind.NONE)
        .filter(method -> method.posterior() != PosteriorKind.HARD_CONCRETE)
        .flatMap(method ->
            Stream.of(DENSE, NORMED)
                .flatMap(architecture ->
                    Stream.of(true, false)
                        .map(noisy -> Arguments.of(method.name(), architecture, noisy))));
  }

  @ParameterizedTest(name = "{0} {1} noise {2}")
  @MethodSource("cases")
  void agreeWithAutograd(String method, Architecture architecture, boolean noisy) {
    RunSpec spec = RunSpec.defaults().with("method.name", method);
    try (Network network = new Network(architecture, spec.method());
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, SCALING, CAPACITY, kernels, arena);
        EagerTwin twin = new EagerTwin(network, kernels);
        TensorScope _ = new TensorScope()) {
      TestNetworks.fill(network, kernels, SEED);
      TestNetworks.fillNorms(network);
      network.beginDependence();
      NoiseSource noise = noisy ? new NoiseSource(SEED, 9) : null;
      double expected = twin.forwardBackward(images, EXAMPLES, 20, SCALING, noise);
      double actual = replica.forwardBackward(images, EXAMPLES, 20, noise);
      assertThat(actual).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
      for (int i = 0; i < network.layers().size(); i++) {
        weights("layer " + i, replica.weights(i), twin.weights(i), noisy);
        gates("gate " + i, replica.gate(i), twin.gate(i));
      }
      for (String name : network.plain().byName().keySet()) {
        if (!isTakenOff(network.graph(), name)) {
          same(name, replica.plain(name), twin.plain(name));
        }
      }
    }
  }

  private static void weights(
      String name, WeightLeaves actual, WeightLeaves expected, boolean noisy) {
    same(name + ", theta", actual.theta(), expected.theta());
    if (noisy && actual instanceof WeightLeaves.Gaussian gaussian) {
      Tensor sigma2 = ((WeightLeaves.Gaussian) expected).sigma2();
      same(name + ", sigma2", gaussian.sigma2(), sigma2);
    }
  }

  private static void gates(String name, GateLeaves actual, GateLeaves expected) {
    List<Tensor> numbers = numbers(actual);
    for (int i = 0; i < numbers.size(); i++) {
      Tensor leaf = numbers(expected).get(i);
      assertThat(numbers.get(i).grad().defined()).isEqualTo(leaf.grad().defined());
      if (leaf.grad().defined()) {
        same(name + ", number " + i, numbers.get(i), leaf);
      }
    }
  }

  private static void same(String name, Tensor actual, Tensor expected) {
    near(name, gradient(actual), gradient(expected), TOLERANCE);
  }

  private static List<Tensor> numbers(GateLeaves leaves) {
    return switch (leaves) {
      case GateLeaves.Fixed _ -> List.of();
      case GateLeaves.Gaussian(Tensor alpha) -> List.of(alpha);
      case GateLeaves.Learnt learnt -> learnt.numbers();
      case GateLeaves.Dependent dependent ->
          Stream.concat(dependent.gate().numbers().stream(), dependent.numbers().stream()).toList();
    };
  }

  /** Whether a parameter is a bias whose gradient is nothing but rounding. */
  private static boolean isTakenOff(Graph graph, String parameter) {
    for (Node node : graph.nodes()) {
      if (parameter.equals(node.parameters().get("bias"))) {
        return graph.readers().getOrDefault(node.name(), List.of()).stream()
            .anyMatch(reader -> reader.operator() instanceof Normalize);
      }
    }
    return false;
  }
}
