package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The negative evidence lower bound over N, for every likelihood, counted by hand: each example
 * once, each weight's KL once, in the units of the data. A step differentiates just that.
 */
class EvidenceBoundTest {

  private static final int N = 5;
  private static final int INPUTS = 3;
  private static final long SEED = 9;
  private static final double STEP = 0.02;
  private static final AdamSpec BARE = new AdamSpec(0, 0.5, 1);
  private static final InputScaling SCALING = InputScaling.all(0, 1);
  private static final Architecture NET = Architectures.parse("net:3-dense3-dense2");

  /** Numbers of quite other sizes: what is learnt is (t − mean) / deviation. */
  private static final TargetScaling UNITS =
      new TargetScaling(List.of(1000.0, -0.5), List.of(20.0, 0.01));

  private static final float[] NUMBERS = {
    990, -0.49f, 1025, -0.515f, 1003, -0.5f, 970, -0.505f, 1010, -0.48f
  };
  private static final int[] CLASSES = {0, 1, 1, 0, 1};
  private static final byte[] HOLDS = {1, 0, 1, 1, 0, 0, 0, 1, 1, 0};

  private final Kernels kernels = Kernels.create();
  private final int[] all = IntStream.range(0, N).toArray();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<Loss> likelihoods() {
    return Stream.of(
        new Loss.Classification(List.of(), 0),
        new Loss.Labels(),
        new Loss.Gaussian(UNITS),
        new Loss.Squared(0.3, UNITS));
  }

  @ParameterizedTest
  @MethodSource("likelihoods")
  void theBoundIsCountedByHand(Loss loss) {
    Architecture architecture = loss instanceof Loss.Gaussian ? NoiseOutput.added(NET) : NET;
    Examples examples = examples(loss);
    var method =
        RunSpec.defaults().with("method.name", "sparse-vd").withKl(KlTerm.MOLCHANOV).method();
    try (Network network = new Network(architecture, method);
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep step =
            new TrainingStep(network, loss, BARE, SCALING, N, Precision.FLOAT32, kernels, team);
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, SCALING, N, kernels, arena)) {
      TestNetworks.fill(network, kernels, 3);
      for (Parameter parameter : network.parameters()) {
        if (parameter.name().contains(NoiseOutput.NAME)) {
          parameter.value().set(new float[] {-0.4f, 0.3f});
        }
      }
      double nll = step.run(examples, all, new StepPlan(SEED, 4, 1, 0, 1.0 / N, true));
      assertThat(nll / N)
          .isCloseTo(meanNll(loss, replica, examples), within(1e-5 * Math.max(1, nll / N)));
      assertThat(network.klNats(kernels)).isCloseTo(kl(network), within(1e-4));
      for (Parameter parameter : network.parameters()) {
        float[] gradient = parameter.firstMoment().toArray();
        double[] direction = direction(gradient.length);
        double actual = 0;
        for (int k = 0; k < gradient.length; k++) {
          actual += gradient[k] * direction[k];
        }
        double expected = slope(loss, network, replica, examples, parameter, direction);
        assertThat(actual)
            .as(parameter.name())
            .isCloseTo(expected, within(2e-4 + 2e-3 * Math.abs(expected)));
      }
    }
  }

  private static Examples examples(Loss loss) {
    float[] values = new float[N * INPUTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(1 + 2.3 * i);
    }
    Targets targets =
        switch (loss) {
          case Loss.Classification _ -> ClassLabels.of(CLASSES);
          case Loss.Labels() -> LabelSets.of(2, HOLDS);
          default -> Numbers.of(2, NUMBERS);
        };
    return Features.of(Shape.of(INPUTS), values, targets);
  }

  /** −log p of an example in the mean, by the textbook. */
  private double meanNll(Loss loss, Replica replica, Examples examples) {
    var _ =
        replica.logits(
            examples, all, new NoiseSource(SEED, 4), new Norms.Fixed(new NormStatistics()));
    List<float[]> given =
        replica.outputs().stream()
            .map(each -> each.asSlice(0, N * 2L * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT))
            .toList();
    double sum = 0;
    for (int i = 0; i < N; i++) {
      double first = given.getFirst()[2 * i];
      double second = given.getFirst()[2 * i + 1];
      sum +=
          switch (loss) {
            case Loss.Classification _ ->
                Math.log(Math.exp(first) + Math.exp(second)) - (CLASSES[i] == 0 ? first : second);
            case Loss.Labels() ->
                logistic(first, HOLDS[2 * i]) + logistic(second, HOLDS[2 * i + 1]);
            default -> normal(loss, given, i, 0) + normal(loss, given, i, 1);
          };
    }
    return sum / N;
  }

  private static double logistic(double logit, int holds) {
    return -Math.log(1 / (1 + Math.exp(holds == 1 ? -logit : logit)));
  }

  /** −log N(t; y, σ²), all in the units of the data. */
  private static double normal(Loss loss, List<float[]> given, int example, int output) {
    int at = 2 * example + output;
    double unit = UNITS.deviation().get(output);
    double y = given.getFirst()[at] * unit + UNITS.mean().get(output);
    double deviation = unit * (given.size() == 2 ? Math.exp(given.get(1)[at] / 2.0) : 0.3);
    assertThat(given.size() == 2).isEqualTo(loss instanceof Loss.Gaussian);
    double apart = (NUMBERS[at] - y) / deviation;
    return 0.5 * apart * apart + Math.log(deviation * Math.sqrt(2 * Math.PI));
  }

  /** Σ over weights of the approximation of arXiv:1701.05369, eq. (14). */
  private static double kl(Network network) {
    double nats = 0;
    for (WeightLayer layer : network.layers()) {
      float[] theta = values(network, ParameterNames.theta(layer.tensor()));
      float[] logSigma2 = values(network, ParameterNames.logSigma2(layer.tensor()));
      for (int i = 0; i < theta.length; i++) {
        double logAlpha = logSigma2[i] - Math.log((double) theta[i] * theta[i]);
        double sigmoid = 1 / (1 + Math.exp(-(1.87320 + 1.48695 * logAlpha)));
        nats += 0.63576 - 0.63576 * sigmoid + 0.5 * Math.log1p(Math.exp(-logAlpha));
      }
    }
    return nats;
  }

  private static float[] values(Network network, String name) {
    return network.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value()
        .toArray();
  }

  private double slope(
      Loss loss,
      Network network,
      Replica replica,
      Examples examples,
      Parameter parameter,
      double[] direction) {
    float[] at = parameter.value().toArray();
    double[] values = new double[5];
    for (int i = -2; i <= 2; i++) {
      float[] moved = new float[at.length];
      for (int k = 0; k < at.length; k++) {
        moved[k] = (float) (at[k] + i * STEP * direction[k]);
      }
      parameter.value().set(moved);
      TestNetworks.refresh(network, kernels);
      values[i + 2] = meanNll(loss, replica, examples) + kl(network) / N;
    }
    parameter.value().set(at);
    TestNetworks.refresh(network, kernels);
    return (8 * (values[3] - values[1]) - (values[4] - values[0])) / (12 * STEP);
  }

  private static double[] direction(int size) {
    SplittableRandom random = new SplittableRandom(31L * size);
    double[] direction = random.doubles(size, -1, 1).toArray();
    double length =
        Math.sqrt(IntStream.range(0, size).mapToDouble(i -> direction[i] * direction[i]).sum());
    for (int i = 0; i < size; i++) {
      direction[i] /= length;
    }
    return direction;
  }
}
