package dev.ockham.train.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.Norms;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Methods with gates told apart by what their noise does to one unit that two outputs read: a
 * method that got the gate of another one would have the other one's signature.
 */
class GateSignatureTest {

  private static final int EXAMPLES = 60;
  private static final int STEPS = 40;
  private static final InputScaling RAW = new InputScaling(new float[] {0}, new float[] {1});
  private static final Architecture UNIT = Architectures.parse("net:1-dense2");

  /**
   * What noise does.
   *
   * @param onUnits both outputs see one draw
   * @param zeros more than one draw in twenty is exactly 0
   * @param outside some draws lie outside [0, 1]
   * @param byStep a part of it is the same for all examples of a step
   * @param byExample what a unit is decides how much of it comes through
   */
  record Signature(
      boolean onUnits, boolean zeros, boolean outside, boolean byStep, boolean byExample) {}

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<Arguments> signatures() {
    return Stream.of(
        Arguments.of(Method.BETA_BERNOULLI, new Signature(true, false, false, true, false)),
        Arguments.of(
            Method.DEPENDENT_BETA_BERNOULLI, new Signature(true, false, false, true, true)),
        Arguments.of(Method.SBP, new Signature(true, false, false, false, false)),
        Arguments.of(Method.VIB, new Signature(true, false, true, false, false)),
        Arguments.of(Method.GROUP_NORMAL_JEFFREYS, new Signature(false, false, true, false, false)),
        Arguments.of(Method.L0, new Signature(false, true, false, true, false)),
        Arguments.of(Method.L0_UNIT, new Signature(true, true, false, false, false)));
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void theNoiseIsThatOfTheMethod(Method method, Signature expected) {
    assertThat(signature(method)).isEqualTo(expected);
  }

  @Test
  void everyMethodWithGatesIsHereAndNoTwoAreAlike() {
    List<Method> methods = signatures().map(a -> (Method) a.get()[0]).toList();
    assertThat(methods)
        .containsExactlyInAnyOrderElementsOf(
            Method.all().stream().filter(Method::hasGates).toList());
    assertThat(signatures().map(a -> a.get()[1])).doesNotHaveDuplicates();
  }

  /** Half of the examples have a unit of 1, half one of 3. */
  private static Features examples() {
    float[] values = new float[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      values[i] = i % 2 == 0 ? 1 : 3;
    }
    return Features.of(Shape.of(1), values, new int[EXAMPLES]);
  }

  private static Signature signature(Method method) {
    Kernels kernels = Kernels.create();
    double[][][] z = new double[STEPS][EXAMPLES][2];
    try (Network network = new Network(UNIT, MethodSpec.of(method));
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, RAW, EXAMPLES, kernels, arena)) {
      TestNetworks.fill(network, kernels, 1);
      TestNetworks.set(network, "dense1.theta", 1, 1);
      TestNetworks.set(network, "dense1.bias", 0, 0);
      spread(network, method);
      TestNetworks.refresh(network, kernels);
      for (int step = 0; step < STEPS; step++) {
        float[] values =
            TestNetworks.logits(
                network,
                replica,
                examples(),
                IntStream.range(0, EXAMPLES).toArray(),
                new NoiseSource(5, step),
                new Norms.OfBatch());
        for (int i = 0; i < EXAMPLES; i++) {
          double input = i % 2 == 0 ? 1 : 3;
          z[step][i][0] = values[2 * i] / input;
          z[step][i][1] = values[2 * i + 1] / input;
        }
      }
    }
    return new Signature(
        all(z).allMatch(pair -> Math.abs(pair[0] - pair[1]) < 1e-5),
        all(z).filter(pair -> pair[0] == 0).count() > STEPS * EXAMPLES / 20,
        all(z).anyMatch(pair -> pair[0] < -0.01 || pair[0] > 1.01),
        betweenSteps(z) > 4 * withinSteps(z) / EXAMPLES,
        mean(z, 1) > mean(z, 0) + 0.1);
  }

  /** Numbers at which each gate is wide: open, shut and between. */
  private static void spread(Network network, Method method) {
    String gate = "dense1.gate.";
    switch (method.gate()) {
      case BETA_BERNOULLI -> TestNetworks.set(network, gate + "a", 0);
      case DEPENDENT_BETA_BERNOULLI -> {
        TestNetworks.set(network, gate + "a", 0);
        TestNetworks.set(network, gate + "gamma", 0.4f);
        TestNetworks.set(network, gate + "eta", 0.5f);
        TestNetworks.set(network, gate + "sigma", -10);
      }
      case LOG_NORMAL -> TestNetworks.set(network, gate + "log_sigma", 0);
      case INFORMATION_BOTTLENECK, NORMAL_JEFFREYS ->
          TestNetworks.set(network, gate + "log_sigma2", 0);
      case HARD_CONCRETE, NONE -> TestNetworks.set(network, gate + "log_alpha", logAlphas(method));
      case BERNOULLI, GAUSSIAN -> throw new AssertionError("not learnt");
    }
  }

  private static float[] logAlphas(Method method) {
    return method.equals(Method.L0) ? new float[] {-1, -1} : new float[] {-1};
  }

  private static Stream<double[]> all(double[][][] z) {
    return Stream.of(z).flatMap(Stream::of);
  }

  /** Variance of the means of the steps. */
  private static double betweenSteps(double[][][] z) {
    double[] means = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      means[step] = Stream.of(z[step]).mapToDouble(pair -> pair[0]).average().orElseThrow();
    }
    return variance(means);
  }

  /** Mean variance within a step, in the mean of both sorts of examples. */
  private static double withinSteps(double[][][] z) {
    double sum = 0;
    for (double[][] step : z) {
      for (int sort = 0; sort < 2; sort++) {
        int first = sort;
        sum +=
            variance(
                IntStream.range(0, EXAMPLES / 2)
                    .mapToDouble(i -> step[2 * i + first][0])
                    .toArray());
      }
    }
    return sum / (2 * STEPS);
  }

  private static double variance(double[] values) {
    double mean = 0;
    for (double x : values) {
      mean += x / values.length;
    }
    double sum = 0;
    for (double x : values) {
      sum += (x - mean) * (x - mean);
    }
    return sum / (values.length - 1);
  }

  /** Mean over the examples of a sort. */
  private static double mean(double[][][] z, int sort) {
    return Stream.of(z)
        .flatMapToDouble(
            step -> IntStream.range(0, EXAMPLES / 2).mapToDouble(i -> step[2 * i + sort][0]))
        .average()
        .orElseThrow();
  }
}
