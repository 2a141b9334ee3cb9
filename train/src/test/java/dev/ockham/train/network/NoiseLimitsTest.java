package dev.ockham.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without noise every method is the dense network; with nothing but noise, a pruned one. */
class NoiseLimitsTest {

  private static final int BATCH = 12;
  private static final double TINY = 1e-9;
  private static final AdamSpec BARE = new AdamSpec(0, 0.5, 1);
  private static final InputScaling SCALING = InputScaling.all(75, 0.02f);

  private static final Architecture ARCHITECTURE =
      Architectures.parse("net:1x8x8-conv3x3-relu-pool2-flatten-dense4");

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(BATCH, 3);
  private final int[] batch = IntStream.range(0, BATCH).toArray();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<MethodSpec> noises() {
    return Method.all().stream()
        .filter(Method::noisy)
        .filter(method -> !method.gate().dependent()) // DependentGateTest: one batch decides
        .flatMap(method ->
            Stream.of(Estimator.values())
                .filter(e -> TestNetworks.has(method, e))
                .map(e -> spec(method).withEstimator(e).method()));
  }

  static Stream<MethodSpec> methodsWithGivenAlpha() {
    return Method.all().stream()
        .filter(method -> method.hasAlpha() && !method.learnsAlpha())
        .map(method -> spec(method).method());
  }

  static Stream<MethodSpec> methodsThatPruneByNoise() {
    return Method.all().stream()
        .filter(method -> !method.structured())
        .filter(method -> method.prunes() && method.score() == WeightScore.LOG_ALPHA)
        .map(method -> spec(method).method());
  }

  private static RunSpec spec(Method method) {
    return RunSpec.defaults().with("method.name", method.name());
  }

  private static MethodSpec withAlpha(MethodSpec method, double alpha) {
    return RunSpec.defaults()
        .with("method.name", method.name())
        .withEstimator(method.estimator())
        .with("method.alpha", alpha)
        .with("method.input_alpha", alpha)
        .method();
  }

  /** α → 0: NLL and gradient by means and biases are those of the dense twin. */
  @ParameterizedTest
  @MethodSource("noises")
  void withoutNoiseEveryNetworkIsTheDenseOne(MethodSpec method) {
    MethodSpec quiet = method.method().hasAlpha() ? withAlpha(method, TINY) : method;
    try (Network dense = new Network(ARCHITECTURE, MethodSpec.of(Method.NONE));
        Network noisy = new Network(ARCHITECTURE, quiet)) {
      TestNetworks.fill(dense, kernels, 4);
      TestNetworks.fill(noisy, kernels, 4);
      for (Parameter parameter : noisy.parameters()) {
        if (parameter.name().contains(".gate.")) {
          continue;
        }
        if (parameter.name().endsWith("log_sigma2") || parameter.name().endsWith("log_alpha")) {
          fill(parameter, (float) Math.log(TINY));
        }
      }
      TestNetworks.openGates(noisy, kernels);
      assertThat(step(noisy, true)).isCloseTo(step(dense, false), within(2e-2));
      for (Parameter expected : dense.parameters()) {
        Parameter actual = TestNetworks.named(noisy, expected.name());
        float[] gradient = actual.firstMoment().toArray();
        float[] twin = expected.firstMoment().toArray();
        for (int i = 0; i < twin.length; i++) {
          assertThat(gradient[i])
              .as("%s[%s]", expected.name(), i)
              .isCloseTo(twin[i], within(2e-3f + 1e-3f * Math.abs(twin[i])));
        }
      }
    }
  }

  /** α → ∞ under binary dropout: every unit is dropped and the last bias is left. */
  @ParameterizedTest
  @MethodSource("methodsWithGivenAlpha")
  void whatIsAllNoiseSaysNothing(MethodSpec method) {
    double alpha = 1e8;
    try (Network network = new Network(ARCHITECTURE, withAlpha(method, alpha))) {
      TestNetworks.fill(network, kernels, 4);
      for (WeightLayer layer : network.layers()) {
        if (TestNetworks.has(network, ParameterNames.logAlpha(layer.tensor()))) {
          fill(
              TestNetworks.named(network, ParameterNames.logAlpha(layer.tensor())),
              (float) Math.log(alpha));
        }
      }
      TestNetworks.refresh(network, kernels);
      float[] mean = logits(network, false);
      float[] drawn = logits(network, true);
      if (method.method().equals(Method.BINARY_DROPOUT)) {
        assertOnlyBias(network, drawn);
        return;
      }
      double signal = 0;
      double noise = 0;
      for (int i = 0; i < mean.length; i++) {
        signal += Math.pow(mean[i], 2);
        noise += Math.pow(drawn[i] - mean[i], 2);
      }
      assertThat(noise / signal).as("power of the noise over that of the means").isGreaterThan(1e6);
    }
  }

  /**
   * α → ∞ where it says what may go: every weight is above the threshold, and without them neither
   * means nor noise is left, but the last bias.
   */
  @ParameterizedTest
  @MethodSource("methodsThatPruneByNoise")
  void whatIsAllNoiseIsPruned(MethodSpec method) {
    try (Network network = new Network(ARCHITECTURE, method)) {
      TestNetworks.fill(network, kernels, 4);
      for (WeightLayer layer : network.layers()) {
        Parameter theta = layer.weights().theta();
        if (method.method().posterior().hasLogSigma2()) {
          fill(theta, 1e-5f);
          fill(TestNetworks.named(network, ParameterNames.logSigma2(layer.tensor())), -2);
        } else {
          fill(TestNetworks.named(network, ParameterNames.logAlpha(layer.tensor())), 20);
        }
      }
      TestNetworks.refresh(network, kernels);
      if (method.method().kl() != null) {
        assertThat(network.klNats(kernels)).as("KL").isBetween(0.0, 1e-4);
      }
      assertThat(logits(network, true)).isNotEqualTo(logits(network, false));
      for (WeightLayer layer : network.layers()) {
        float[] logAlpha = Objects.requireNonNull(layer.weights().logAlpha(kernels));
        Mask mask = Mask.below(logAlpha, (float) method.threshold());
        assertThat(mask.kept()).isZero();
        layer.weights().keepOnly(mask);
      }
      assertOnlyBias(network, logits(network, false));
      // √δ is held away from 0, where its derivative is infinite.
      float[] drawn = logits(network, true);
      float[] bias = TestNetworks.biasOf(network, network.layers().getLast()).value().toArray();
      for (int i = 0; i < drawn.length; i++) {
        assertThat(drawn[i]).isCloseTo(bias[i % bias.length], within(1e-3f));
      }
    }
  }

  /** Weights at exactly 0, where log θ² and the root of the variance have their poles. */
  @ParameterizedTest
  @MethodSource("noises")
  void weightsAtZeroStayFinite(MethodSpec method) {
    try (Network network = new Network(ARCHITECTURE, method)) {
      TestNetworks.fill(network, kernels, 4);
      for (WeightLayer layer : network.layers()) {
        fill(layer.weights().theta(), 0);
        fill(TestNetworks.biasOf(network, layer), -3);
      }
      TestNetworks.refresh(network, kernels);
      assertThat(step(network, true)).isFinite();
      for (Parameter parameter : network.parameters()) {
        for (float gradient : parameter.firstMoment().toArray()) {
          assertThat(gradient).as(parameter.name()).isFinite();
        }
      }
      assertThat(network.firstNonFinite()).isEmpty();
    }
  }

  private static void fill(Parameter parameter, float value) {
    float[] values = new float[Math.toIntExact(parameter.value().size())];
    Arrays.fill(values, value);
    parameter.value().set(values);
  }

  private static void assertOnlyBias(Network network, float[] logits) {
    float[] bias = TestNetworks.biasOf(network, network.layers().getLast()).value().toArray();
    for (int i = 0; i < logits.length; i++) {
      assertThat(logits[i]).as("logit %s", i).isEqualTo(bias[i % bias.length]);
    }
  }

  /** One step at a rate of 0 and with a KL of weight 0: Adam's first moment is the gradient. */
  private double step(Network network, boolean noisy) {
    try (ParallelRanges team = new ParallelRanges(1);
        TrainingStep step = new TrainingStep(network, BARE, SCALING, BATCH, kernels, team)) {
      return step.run(images, batch, new StepPlan(1, 0, 1, 0, 0, noisy));
    }
  }

  private float[] logits(Network network, boolean noisy) {
    try (Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, SCALING, BATCH, kernels, arena)) {
      NoiseSource noise = noisy ? new NoiseSource(1, 0) : null;
      return TestNetworks.logits(network, replica, images, batch, noise);
    }
  }
}
