package dev.ockham.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What noise does to the output of a layer, for every method and estimator: its moments against
 * closed forms, and marks by which no method can be taken for another.
 */
class PreActivationNoiseTest {

  private static final double SIGMAS = 5;
  private static final int CHANNELS = 2;
  private static final int SIDE = 4;
  private static final int KERNEL = 2;
  private static final int OUTPUTS = 2;
  private static final Shape INPUT = Shape.of(CHANNELS, SIDE, SIDE);
  private static final InputScaling RAW = InputScaling.all(0, 1);

  private static final Architecture DENSE = Architectures.parse("net:2x4x4-flatten-dense2");
  private static final Architecture CONV = Architectures.parse("net:2x4x4-conv2x2-flatten");

  private final Kernels kernels = Kernels.create();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  /** But of gates that are learnt, whose factors have no mean of 1: {@code GateSamplingTest}. */
  static Stream<MethodSpec> noises() {
    return Method.all().stream()
        .filter(method -> method.noisy() && !method.hasGates())
        .flatMap(method ->
            Stream.of(Estimator.values())
                .filter(e -> method.noisyWeights() || e == Estimator.LOCAL)
                .map(e ->
                    RunSpec.defaults()
                        .with("method.name", method.name())
                        .withEstimator(e)
                        .method()));
  }

  static Stream<Arguments> layersAndNoises() {
    return Thorough.oneIn(
        3,
        Stream.concat(noises(), sharings())
            .flatMap(m -> Stream.of(Arguments.of(DENSE, m), Arguments.of(CONV, m))));
  }

  /** Who shares an α decides whose variance it is in. */
  private static Stream<MethodSpec> sharings() {
    return Method.all().stream()
        .filter(Method::learnsAlpha)
        .flatMap(method ->
            Stream.of(AlphaSharing.NETWORK, AlphaSharing.LAYER, AlphaSharing.UNIT)
                .map(sharing ->
                    RunSpec.defaults()
                        .with("method.name", method.name())
                        .with("method.alpha_sharing", sharing)
                        .method()));
  }

  /**
   * Mean Aθ + bias and variance Σ a²·Var(w), or α Σ a²θ² under noise on units: whatever the
   * estimator, with the bias outside of the variance and α as a variance.
   */
  @ParameterizedTest
  @MethodSource("layersAndNoises")
  void momentsAreThoseOfTheClosedForm(Architecture architecture, MethodSpec method) {
    // Under per-batch draws the examples of a step share theirs, so that only steps count.
    boolean shared = method.estimator() == Estimator.PER_BATCH;
    int examples = shared ? 1 : 1000;
    int steps = shared ? 2000 : 100;
    float[] input = new float[INPUT.size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) Math.sin(1 + i);
    }
    try (Fixture fixture = new Fixture(architecture, method, examples, input)) {
      WeightLayer layer = fixture.network.layers().getFirst();
      float[] bias = TestNetworks.biasOf(fixture.network, layer).value().toArray();
      double[][] expected = momentsInDouble(layer, bias, input);
      int outputs = expected[0].length;
      double[][] sums = new double[3][outputs];
      for (int step = 0; step < steps; step++) {
        float[] b = fixture.draw(step);
        for (int i = 0; i < b.length; i++) {
          double deviation = b[i] - expected[0][i % outputs];
          sums[0][i % outputs] += deviation;
          sums[1][i % outputs] += deviation * deviation;
          sums[2][i % outputs] += Math.pow(deviation, 4);
        }
      }
      double n = (double) steps * examples;
      for (int i = 0; i < outputs; i++) {
        double variance = expected[1][i];
        double scatter = Math.sqrt((sums[2][i] / n - variance * variance) / n);
        assertThat(sums[0][i] / n)
            .as("mean of output %s", i)
            .isCloseTo(0, within(SIGMAS * Math.sqrt(variance / n) + 1e-6));
        assertThat(sums[1][i] / n)
            .as("variance of output %s", i)
            .isCloseTo(variance, within(SIGMAS * scatter));
      }
    }
  }

  /** A dense layer is a convolution whose kernel is as large as its input. */
  private static double[][] momentsInDouble(WeightLayer layer, float[] bias, float[] input) {
    int kernel = layer.tensor().node().operator() instanceof Convolution ? KERNEL : SIDE;
    int positions = SIDE - kernel + 1;
    float[] theta = layer.weights().theta().value().toArray();
    double[] variances = TestNetworks.variancePerWeight(layer);
    double[][] moments = new double[2][OUTPUTS * positions * positions];
    for (int i = 0; i < moments[0].length; i++) {
      int output = i / (positions * positions);
      int row = i / positions % positions;
      int column = i % positions;
      moments[0][i] = bias[output];
      for (int k = 0; k < CHANNELS * kernel * kernel; k++) {
        int channel = k / (kernel * kernel);
        int y = row + k / kernel % kernel;
        int x = column + k % kernel;
        double a = input[(channel * SIDE + y) * SIDE + x];
        int weight = output * CHANNELS * kernel * kernel + k;
        moments[0][i] += a * theta[weight];
        moments[1][i] += a * a * variances[weight];
      }
    }
    return moments;
  }

  /**
   * How a method's noise shows from outside; no two methods agree in all of it.
   *
   * @param acrossOutputs whether outputs of equal weights get equal noise
   * @param acrossExamples whether equal examples of a batch get equal noise
   * @param acrossPositions whether a convolution's positions get equal noise from equal inputs
   * @param discrete whether there are only finitely many values
   * @param followsMeans whether the deviation doubles when the means do
   * @param alpha what becomes of α in training
   * @param kl the KL's formula, and what it is counted by
   */
  private record Marks(
      boolean acrossOutputs,
      boolean acrossExamples,
      boolean acrossPositions,
      boolean discrete,
      boolean followsMeans,
      String alpha,
      String kl) {

    Marks under(Estimator estimator) {
      return switch (estimator) {
        case LOCAL -> this;
        case PER_EXAMPLE ->
            new Marks(acrossOutputs, false, true, discrete, followsMeans, alpha, kl);
        case PER_BATCH -> new Marks(acrossOutputs, true, true, discrete, followsMeans, alpha, kl);
      };
    }
  }

  /** Under local reparameterisation, where a method has a choice. */
  private static Marks expected(Method method) {
    return switch (method.name()) {
      case "binary-dropout" -> units(true, "none", "none");
      case "gaussian-dropout-a" -> units(false, "given", "none");
      case "gaussian-dropout-b" -> weights(true, "given", "none");
      case "bnn" -> weights(false, "per weight, free", "gaussian per weight");
      case "vd-a" -> units(false, "learnt up to 1", "kingma-cubic per unit");
      case "vd-b" -> weights(true, "learnt up to 1", "kingma-cubic per weight");
      case "sparse-vd" -> weights(false, "per weight, free", "exact per weight");
      case "sparse-vd-multiplicative" -> weights(true, "learnt", "exact per weight");
      case "ard" -> weights(false, "per weight, free", "ard per weight");
      default -> throw new AssertionError("say here how the noise of " + method.name() + " shows");
    };
  }

  private static Marks units(boolean discrete, String alpha, String kl) {
    return new Marks(true, false, false, discrete, true, alpha, kl);
  }

  private static Marks weights(boolean followsMeans, String alpha, String kl) {
    return new Marks(false, false, false, false, followsMeans, alpha, kl);
  }

  @ParameterizedTest
  @MethodSource("noises")
  void everyMethodShowsItsOwnMarks(MethodSpec method) {
    Marks marks = expected(method.method());
    assertThat(marks(method))
        .isEqualTo(method.method().noisyWeights() ? marks.under(method.estimator()) : marks);
  }

  /** So whoever swaps the noise, KL or estimator of two methods fails the test above. */
  @Test
  void noTwoMethodsHaveTheSameMarks() {
    List<MethodSpec> specs = noises().toList();
    assertThat(specs)
        .extracting(spec ->
            spec.method().noisyWeights()
                ? expected(spec.method()).under(spec.estimator())
                : expected(spec.method()))
        .doesNotHaveDuplicates();
  }

  private Marks marks(MethodSpec method) {
    int examples = 10;
    int steps = 200;
    float[] input = new float[INPUT.size()];
    Arrays.fill(input, 1);
    try (Fixture fixture = new Fixture(CONV, method, examples, input)) {
      Network network = fixture.network;
      WeightTensor spec = network.layers().getFirst().tensor();
      float[] theta = TestNetworks.get(network, ParameterNames.theta(spec));
      System.arraycopy(theta, 0, theta, spec.fanIn(), spec.fanIn());
      TestNetworks.set(network, ParameterNames.theta(spec), theta);
      equalizeLogAlpha(network, spec);
      float[] mean = fixture.mean();
      int positions = mean.length / examples / OUTPUTS;
      int row = OUTPUTS * positions;
      Set<Float> values = new HashSet<>();
      double variance = 0;
      double outputs = 0;
      double others = 0;
      double apart = 0;
      for (int step = 0; step < steps; step++) {
        float[] b = fixture.draw(step);
        for (int i = 0; i < examples; i++) {
          double here = b[i * row] - mean[0];
          int next = (i + 1) % examples * row;
          values.add(b[i * row]);
          variance += here * here;
          outputs += here * (b[i * row + positions] - mean[positions]);
          others += here * (b[next] - mean[0]);
          apart += here * (b[i * row + positions - 1] - mean[positions - 1]);
        }
      }
      for (int i = 0; i < theta.length; i++) {
        theta[i] *= 2;
      }
      TestNetworks.set(network, ParameterNames.theta(spec), theta);
      TestNetworks.refresh(network, kernels);
      float[] doubled = fixture.mean();
      double doubledVariance = 0;
      for (int step = 0; step < steps; step++) {
        float[] b = fixture.draw(step);
        for (int i = 0; i < examples; i++) {
          doubledVariance += Math.pow(b[i * row] - doubled[0], 2);
        }
      }
      return new Marks(
          oneNotZero(outputs / variance),
          oneNotZero(others / variance),
          oneNotZero(apart / variance),
          values.size() <= 1 << spec.fanIn() && values.size() < steps,
          oneNotZero((doubledVariance / variance - 1) / 3),
          alpha(network, spec),
          kl(network, spec));
    }
  }

  /** So that the variance is the same for all outputs. */
  private void equalizeLogAlpha(Network network, WeightTensor spec) {
    for (String name : List.of(ParameterNames.logAlpha(spec), ParameterNames.logSigma2(spec))) {
      if (TestNetworks.has(network, name)) {
        float[] values = TestNetworks.get(network, name);
        Arrays.fill(values, -2);
        TestNetworks.set(network, name, values);
      }
    }
    TestNetworks.refresh(network, kernels);
  }

  private static boolean oneNotZero(double ratio) {
    assertThat(Math.min(Math.abs(ratio), Math.abs(ratio - 1)))
        .as("distance of %s from 0 or 1", ratio)
        .isLessThan(0.3);
    return ratio > 0.5;
  }

  /** Starts just below α = 1 and lets the KL, or its absence, push. */
  private String alpha(Network network, WeightTensor spec) {
    if (TestNetworks.has(network, ParameterNames.logSigma2(spec))) {
      return "per weight, free";
    }
    String name = ParameterNames.logAlpha(spec);
    if (!TestNetworks.has(network, name)) {
      return "none";
    }
    float[] start = TestNetworks.get(network, name);
    Arrays.fill(start, -0.01f);
    TestNetworks.set(network, name, start);
    TestNetworks.refresh(network, kernels);
    Features one = Features.of(new float[1][INPUT.size()], new int[1]);
    try (ParallelRanges team = new ParallelRanges(1);
        TrainingStep step =
            new TrainingStep(network, new AdamSpec(0.9, 0.999, 1e-8), RAW, 1, kernels, team)) {
      for (int i = 0; i < 3; i++) {
        step.run(one, new int[1], new StepPlan(1, i, i + 1, 0.1, 10, true));
      }
    }
    float[] end = TestNetworks.get(network, name);
    if (Arrays.equals(start, end)) {
      return "given";
    }
    for (float value : end) {
      assertThat(value).as("log alpha under the KL's push").isGreaterThan(-0.01f);
    }
    return end[0] == 0 ? "learnt up to 1" : "learnt";
  }

  /** Finds the formula that gives the network's KL at two places. */
  private String kl(Network network, WeightTensor spec) {
    double[] logAlpha = {-1, -4};
    double mean = 0.3;
    double[] nats = new double[2];
    for (int i = 0; i < 2; i++) {
      float[] theta = TestNetworks.get(network, ParameterNames.theta(spec));
      Arrays.fill(theta, (float) mean);
      TestNetworks.set(network, ParameterNames.theta(spec), theta);
      double logSigma2 = logAlpha[i] + 2 * Math.log(mean);
      fill(network, ParameterNames.logSigma2(spec), logSigma2);
      fill(network, ParameterNames.logAlpha(spec), logAlpha[i]);
      TestNetworks.refresh(network, kernels);
      nats[i] = network.klNats(kernels);
    }
    if (nats[0] == 0 && nats[1] == 0) {
      return "none";
    }
    GaussianKl prior = new GaussianKl(network.method().priorDeviation());
    for (long count : new long[] {spec.weights(), spec.inputs()}) {
      String by = count == spec.weights() ? " per weight" : " per unit";
      for (KlTerm term : KlTerm.values()) {
        if (matches(nats, count, term.value(logAlpha[0]), term.value(logAlpha[1]))) {
          return term.cliName() + by;
        }
      }
      double first = prior.value(mean, logAlpha[0] + 2 * Math.log(mean));
      if (matches(nats, count, first, prior.value(mean, logAlpha[1] + 2 * Math.log(mean)))) {
        return "gaussian" + by;
      }
    }
    return "unknown: " + Arrays.toString(nats);
  }

  private static void fill(Network network, String name, double value) {
    if (TestNetworks.has(network, name)) {
      float[] values = TestNetworks.get(network, name);
      Arrays.fill(values, (float) value);
      TestNetworks.set(network, name, values);
    }
  }

  private static boolean matches(double[] nats, long count, double first, double second) {
    return Math.abs(nats[0] - count * first) < 1e-4 * nats[0]
        && Math.abs(nats[1] - count * second) < 1e-4 * nats[1];
  }

  /** A network of one layer, and a batch of equal examples that are told apart by their numbers. */
  private final class Fixture implements AutoCloseable {
    final Network network;
    private final Arena arena = Arena.ofConfined();
    private final Replica replica;
    private final Features features;
    private final int[] batch;

    Fixture(Architecture architecture, MethodSpec method, int examples, float[] input) {
      network = new Network(architecture, method);
      TestNetworks.fill(network, kernels, 5);
      replica = new Replica(network, RAW, examples, kernels, arena);
      float[][] rows = new float[examples][];
      Arrays.fill(rows, input);
      features = Features.of(rows, new int[examples]);
      batch = IntStream.range(0, examples).toArray();
    }

    float[] draw(int step) {
      return logits(new NoiseSource(77, step));
    }

    float[] mean() {
      return logits(null);
    }

    private float[] logits(@Nullable NoiseSource noise) {
      return TestNetworks.logits(network, replica, features, batch, noise);
    }

    @Override
    public void close() {
      replica.close();
      network.close();
      arena.close();
    }
  }
}
