package dev.ockham.train.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gates in a network: what a shut one lets through, and how fast they learn. */
class LearntGateTest {

  private static final Architecture NETWORK =
      Architectures.parse("net:1x3x3-conv2x2-relu-flatten-dense3");
  private static final WeightTensor CONV = NETWORK.weightTensors().get(0);
  private static final WeightTensor DENSE = NETWORK.weightTensors().get(1);
  private static final String CONV_BIAS = "conv1.bias";
  private static final InputScaling RAW = InputScaling.all(0, 1);

  private final Kernels kernels = Kernels.create();
  private final Features one =
      Features.of(new float[][] {{1, 2, -1, 0.5f, 3, 1, -2, 1, 0.25f}}, new int[1]);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private float[] logits(Network network, @Nullable NoiseSource noise) {
    try (Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, RAW, 1, kernels, arena)) {
      return TestNetworks.logits(network, replica, one, new int[1], noise);
    }
  }

  @Test
  void aShutChannelSendsNothingOnNotEvenItsBias() {
    try (Network network = new Network(NETWORK, MethodSpec.of(Method.L0_UNIT))) {
      TestNetworks.fill(network, kernels, 4);
      TestNetworks.set(network, ParameterNames.gate(CONV) + ".log_alpha", -30, 2);
      TestNetworks.set(network, CONV_BIAS, 5, 0.5f);
      TestNetworks.refresh(network, kernels);
      NoiseSource noise = new NoiseSource(1, 0);
      float[] mean = logits(network, null);
      float[] drawn = logits(network, noise);
      TestNetworks.set(network, CONV_BIAS, -7, 0.5f);
      assertThat(logits(network, null)).isEqualTo(mean);
      assertThat(logits(network, noise)).isEqualTo(drawn);
      TestNetworks.set(network, CONV_BIAS, -7, 0.75f);
      assertThat(logits(network, null)).isNotEqualTo(mean);
    }
  }

  /** Where the factor itself is not 0, as that of vib, the bias goes with the weights. */
  @Test
  void aPrunedChannelSendsNoBiasOn() {
    float[] image = one.values(0);
    float[] theta = {1, -1, 0.5f, 2, 1, 1, -0.5f, 0.25f};
    float[] dense = new float[24];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = (float) Math.sin(1 + i);
    }
    float[] open = new float[8];
    float[] closed = {4, 4, 4, 4, 0, 0, 0, 0};
    float[][] results = new float[3][];
    float[][] biases = {{5, 0.5f}, {-7, 0.5f}, {0, 0.5f}};
    for (int i = 0; i < biases.length; i++) {
      Snapshot snapshot =
          new Snapshot(
              NETWORK,
              Method.VIB,
              2,
              RAW,
              List.of(
                  new Snapshot.Layer(
                      CONV,
                      i == 2 ? new float[] {0, 0, 0, 0, 1, 1, -0.5f, 0.25f} : theta,
                      i == 2 ? open : closed),
                  new Snapshot.Layer(DENSE, dense, new float[24])),
              new TreeMap<>(Map.of(CONV_BIAS, biases[i], "dense1.bias", new float[3])));
      results[i] = Plan.of(snapshot.masked(snapshot.masksAt(2))).run(image, 1, 1);
      assertThat(Plan.of(snapshot.pruned(snapshot.masksAt(2))).run(image, 1, 1))
          .containsExactly(results[i], within(1e-5f));
    }
    assertThat(results[0]).isEqualTo(results[2]);
    assertThat(results[1]).isEqualTo(results[2]);
  }

  static Stream<Method> methodsWithGates() {
    return Method.all().stream()
        .filter(Method::hasGates)
        .filter(method -> !method.gate().dependent()); // DependentGateTest
  }

  /** At twice the rate the first step of gates is twice as long, and that of weights as it was. */
  @ParameterizedTest
  @MethodSource("methodsWithGates")
  void gatesLearnAtARateOfTheirOwn(Method method) {
    Network[] networks = new Network[2];
    for (int i = 0; i < 2; i++) {
      MethodSpec spec =
          RunSpec.defaults()
              .with("method.name", method.name())
              .with("method.gate_rate", 5 * (i + 1))
              .method();
      networks[i] = new Network(NETWORK, spec);
      TestNetworks.fill(networks[i], kernels, 4);
    }
    try (Network start = new Network(NETWORK, MethodSpec.of(method));
        Network slow = networks[0];
        Network fast = networks[1]) {
      TestNetworks.fill(start, kernels, 4);
      step(slow);
      step(fast);
      for (int p = 0; p < start.parameters().size(); p++) {
        String name = start.parameters().get(p).name();
        float[] at = TestNetworks.get(start, name);
        float[] near = TestNetworks.get(slow, name);
        float[] far = TestNetworks.get(fast, name);
        double moved = 0;
        double ofTwice = 0;
        for (int i = 0; i < at.length; i++) {
          moved += Math.abs(near[i] - at[i]);
          ofTwice += Math.abs(far[i] - at[i]);
        }
        assertThat(moved).as(name).isPositive();
        double expected = name.contains(".gate.") ? 2 : 1;
        assertThat(ofTwice / moved).as(name).isCloseTo(expected, within(0.01));
      }
    }
  }

  private void step(Network network) {
    try (ParallelRanges team = new ParallelRanges(1);
        TrainingStep step =
            new TrainingStep(network, new AdamSpec(0.9, 0.999, 1e-8), RAW, 1, kernels, team)) {
      step.run(one, new int[1], new StepPlan(1, 0, 1, 1e-3, 0.1, true));
    }
  }
}
