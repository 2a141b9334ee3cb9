package dev.ockham.train.pass;

import static dev.ockham.train.pass.TwoPasses.near;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.NormLayer;
import dev.ockham.train.network.Replica;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gates by kernels give what the layers before graphs gave by autograd. */
class GateStagesTest {
  private static final long SEED = 5;
  private static final int CAPACITY = 40;
  private static final int[] EXAMPLES = {3, 0, 17, 39, 22, 8, 31, 5, 6, 12};
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
  void agreeWithTheLayersBeforeGraphs(String method, Architecture architecture, boolean noisy) {
    var scaling = new ModelLayer.InputScaling(50, 0.02f);
    RunSpec spec = RunSpec.defaults().with("method.name", method);
    try (Network network = new Network(architecture, spec.method());
        Arena arena = Arena.ofConfined();
        Replica replica =
            new Replica(network, scaling, CAPACITY, Precision.FLOAT32, kernels, arena);
        ChainTwin twin = new ChainTwin(network, CAPACITY, Precision.FLOAT32, kernels)) {
      TestNetworks.fill(network, kernels, SEED);
      for (NormLayer norm : network.norms()) {
        fill(norm.gamma().value(), 0.7f);
        fill(norm.beta().value(), 0.2f);
      }
      network.layers().stream()
          .filter(layer -> layer.gate() instanceof DependentGate)
          .forEach(layer -> ((DependentGate) layer.gate()).begin());
      Replica.NoiseSource old = noisy ? new Replica.NoiseSource(SEED, 9) : null;
      NoiseSource noise = noisy ? new NoiseSource(SEED, 9) : null;
      double expected = replica.forwardBackward(images, EXAMPLES, 20, old);
      double actual = twin.forwardBackward(images, EXAMPLES, 20, noise, kernels);
      assertThat(actual).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
      for (int i = 0; i < network.layers().size(); i++) {
        near("theta " + i, twin.byTheta(i), gradient(replica.weights(i).theta()), 2e-4);
        gates(twin.gate(i), replica.gate(i));
      }
      for (int i = 0; i < network.norms().size(); i++) {
        near("gamma " + i, twin.byGamma(i), gradient(replica.gamma(i)), 2e-4);
        near("beta " + i, twin.byBeta(i), gradient(replica.beta(i)), 2e-4);
      }
    }
  }

  private static void fill(NativeTensor numbers, float first) {
    float[] values = new float[Math.toIntExact(numbers.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + 0.1f * i;
    }
    numbers.set(values);
  }

  private static float[] gradient(Tensor leaf) {
    return ChainTwin.gradient(leaf);
  }

  private static void gates(GateLeaves actual, GateLeaves expected) {
    List<Tensor> numbers = numbers(actual);
    for (int i = 0; i < numbers.size(); i++) {
      try (TensorScope _ = new TensorScope()) {
        Tensor leaf = numbers(expected).get(i);
        assertThat(numbers.get(i).grad().defined()).isEqualTo(leaf.grad().defined());
        if (leaf.grad().defined()) {
          near("number " + i, gradient(numbers.get(i)), gradient(leaf), 2e-4);
        }
      }
    }
  }

  private static List<Tensor> numbers(GateLeaves leaves) {
    return switch (leaves) {
      case GateLeaves.Fixed _ -> List.of();
      case GateLeaves.Gaussian(Tensor alpha) -> List.of(alpha);
      case GateLeaves.Learnt learnt -> learnt.numbers();
      case GateLeaves.Dependent dependent -> dependent.numbers();
    };
  }
}
