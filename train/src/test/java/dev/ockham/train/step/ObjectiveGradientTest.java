package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Thorough;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a whole training step differentiates: the gradient that reaches Adam, of every parameter of
 * every method, against differences of mean NLL + klScale·KL. The NLL comes from the network's own
 * logits under the step's own noise; the KL from the closed forms in double, summed as the papers
 * sum it.
 *
 * <p>With β₁ = 0 and a rate of 0 Adam's first moment is the gradient and nothing moves. The
 * networks have no kinks, so that differences of fourth order may take steps which float32 can
 * resolve.
 */
class ObjectiveGradientTest {

  private static final int BATCH = 6;
  private static final int SIDE = 5;
  private static final int CLASSES = 3;
  private static final long SEED = 9;
  private static final double STEP = 0.02;
  private static final double KL_SCALE = 0.02;
  private static final int DIRECTIONS = 3;
  private static final int MANY = 200;
  private static final AdamSpec BARE = new AdamSpec(0, 0.5, 1);
  private static final InputScaling SCALING = InputScaling.all(100, 0.01f);

  private static final Architecture DENSE = Architectures.parse("net:1x5x5-flatten-dense4-dense3");
  private static final Architecture CONV =
      Architectures.parse("net:1x5x5-conv2x2-conv3x2-flatten-dense3");

  private final Kernels kernels = Kernels.create();
  private final Images images = images();
  private final int[] batch = IntStream.range(0, BATCH).toArray();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  record Case(Architecture architecture, MethodSpec method, boolean noisy) {
    @Override
    public String toString() {
      return "%s, %s, %s, %s, %s%s"
          .formatted(
              method.name(),
              architecture.name(),
              method.estimator(),
              method.kl(),
              method.alphaSharing(),
              noisy ? "" : ", pretraining");
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Method method : Method.all()) {
      if (method.gate().dependent()) {
        continue; // no gradient flows through what its gates look at: DependentGateTest
      }
      for (MethodSpec spec : variants(method)) {
        cases.add(new Case(DENSE, spec, true));
        cases.add(new Case(CONV, spec, true));
      }
      cases.add(new Case(CONV, MethodSpec.of(method), false));
    }
    return Thorough.oneIn(3, cases.stream());
  }

  /** One setting changed at a time: every estimator, every sharing of α, every KL term. */
  private static List<MethodSpec> variants(Method method) {
    RunSpec base = RunSpec.defaults().with("method.name", method.name());
    List<MethodSpec> variants = new ArrayList<>(List.of(base.method()));
    for (Estimator estimator : Estimator.values()) {
      if (method.noisyWeights()
          && TestNetworks.has(method, estimator)
          && estimator != base.method().estimator()) {
        variants.add(base.withEstimator(estimator).method());
      }
    }
    for (AlphaSharing sharing : AlphaSharing.values()) {
      boolean onUnits = method.gate() != GateKind.NONE;
      if (method.learnsAlpha()
          && sharing != base.method().alphaSharing()
          && !(onUnits && sharing == AlphaSharing.WEIGHT)) {
        variants.add(base.with("method.alpha_sharing", sharing).method());
      }
    }
    if (method.learnsAlpha()) {
      variants.add(base.with("method.learn_alpha", false).method());
    }
    if (method.equals(Method.SPARSE_VD) || method.equals(Method.SPARSE_VD_MULTIPLICATIVE)) {
      for (KlTerm term : KlTerm.values()) {
        if (term != base.method().kl()) {
          variants.add(base.withKl(term).method());
        }
      }
    }
    return variants;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void adamGetsTheGradientOfTheObjective(Case c) {
    try (Network network = new Network(c.architecture(), c.method());
        ParallelRanges team = new ParallelRanges(2);
        TrainingStep step = new TrainingStep(network, BARE, SCALING, BATCH, kernels, team);
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, SCALING, BATCH, kernels, arena)) {
      TestNetworks.fill(network, kernels, 3);
      Objective objective = new Objective(network, replica, c.noisy());
      double nll = step.run(images, batch, new StepPlan(SEED, 4, 1, 0, KL_SCALE, c.noisy()));
      assertThat(nll / BATCH).as("NLL").isCloseTo(objective.nll(), within(1e-5));
      assertThat(network.klNats(kernels))
          .as("KL in nats, summed over all variables")
          .isCloseTo(klNats(network), within(1e-5 * (1 + klNats(network))));

      for (Parameter parameter : network.parameters()) {
        boolean rests = rests(c, parameter);
        float[] gradient = parameter.firstMoment().toArray();
        if (rests) {
          assertThat(gradient).as("%s rests", parameter.name()).containsOnly(0f);
          continue;
        }
        assertThat(gradient).as(parameter.name()).doesNotContain(Float.NaN);
        int directions = parameter.name().endsWith(".gate.log_alpha") ? MANY : DIRECTIONS;
        int compared = 0;
        for (int i = 0; i < directions; i++) {
          double[] direction = direction(gradient.length, i);
          double expected = objective.slope(parameter, direction, STEP);
          // Where a hard concrete gate is cut to 0 or 1 there is a kink, which no difference bears.
          if (parameter.name().endsWith(".gate.log_alpha")) {
            OptionalDouble smooth = smoothSlope(objective, parameter, direction);
            if (smooth.isEmpty()) {
              continue;
            }
            expected = smooth.getAsDouble();
          }
          compared++;
          double actual = 0;
          for (int k = 0; k < gradient.length; k++) {
            actual += gradient[k] * direction[k];
          }
          assertThat(actual)
              .as("%s along direction %s", parameter.name(), i)
              .isCloseTo(expected, within(1e-4 + 1e-3 * Math.abs(expected)));
        }
        assertThat(compared).as("directions of %s", parameter.name()).isGreaterThan(2);
      }
    }
  }

  /**
   * Draws of the weights per example are made for some examples at a time where the network is
   * large; the gradient is that of all of them. A thread per example needs no such cut.
   */
  @Test
  void examplesDrawnInPartsAddUp() {
    Architecture large = Architectures.parse("mlp:25-1500-1500-3");
    MethodSpec method = RunSpec.defaults().withEstimator(Estimator.PER_EXAMPLE).method();
    List<List<float[]>> gradients = new ArrayList<>();
    for (int threads : new int[] {1, BATCH}) {
      try (Network network = new Network(large, method);
          ParallelRanges team = new ParallelRanges(threads);
          TrainingStep step = new TrainingStep(network, BARE, SCALING, BATCH, kernels, team)) {
        network.initialize(InitialWeights.HE, 3, kernels);
        step.run(images, batch, new StepPlan(SEED, 4, 1, 0, KL_SCALE, true));
        gradients.add(network.parameters().stream().map(p -> p.firstMoment().toArray()).toList());
      }
    }
    for (int i = 0; i < gradients.getFirst().size(); i++) {
      double difference = 0;
      double length = 0;
      float[] inParts = gradients.getFirst().get(i);
      float[] apart = gradients.getLast().get(i);
      for (int k = 0; k < inParts.length; k++) {
        difference += Math.pow(inParts[k] - apart[k], 2);
        length += Math.pow(apart[k], 2);
      }
      assertThat(Math.sqrt(difference / length)).as("parameter %s", i).isLessThan(1e-5);
    }
  }

  /** Variances and α while pretraining, and an α that is given. */
  private static boolean rests(Case c, Parameter parameter) {
    if (parameter.name().contains(".gate.")) {
      return !c.noisy();
    }
    boolean isAlpha = parameter.name().endsWith("log_alpha");
    return (isAlpha && !c.method().learnAlpha())
        || (!c.noisy() && (isAlpha || parameter.name().endsWith("log_sigma2")));
  }

  /** The slope where steps of two sizes agree in it. */
  private static OptionalDouble smoothSlope(
      Objective objective, Parameter parameter, double[] direction) {
    double slope = objective.slope(parameter, direction, STEP / 2);
    double half = objective.slope(parameter, direction, STEP / 4);
    return Math.abs(slope - half) < 5e-5 ? OptionalDouble.of(slope) : OptionalDouble.empty();
  }

  /** A random direction of length 1, so that a gradient in the wrong place shows as well. */
  private static double[] direction(int size, int number) {
    SplittableRandom random = new SplittableRandom(31L * size + number);
    double[] direction = random.doubles(size, -1, 1).toArray();
    double length = 0;
    for (double x : direction) {
      length += x * x;
    }
    for (int i = 0; i < size; i++) {
      direction[i] /= Math.sqrt(length);
    }
    return direction;
  }

  private static Images images() {
    SplittableRandom random = new SplittableRandom(2);
    byte[] pixels = new byte[BATCH * SIDE * SIDE];
    random.nextBytes(pixels);
    byte[] labels = new byte[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = (byte) (i % CLASSES);
    }
    return Images.copyOf(1, SIDE, SIDE, pixels, labels);
  }

  /** Mean NLL + klScale·KL of a network, in double from its logits and parameters on. */
  private final class Objective {
    private final Network network;
    private final Replica replica;
    private final NoiseSource noise;
    private final boolean noisy;

    Objective(Network network, Replica replica, boolean noisy) {
      this.network = network;
      this.replica = replica;
      this.noise = new NoiseSource(SEED, 4);
      this.noisy = noisy;
    }

    double nll() {
      double sum = 0;
      float[] logits = TestNetworks.logits(network, replica, images, batch, noisy ? noise : null);
      for (int i = 0; i < BATCH; i++) {
        double total = 0;
        for (int k = 0; k < CLASSES; k++) {
          total += Math.exp(logits[i * CLASSES + k]);
        }
        sum += Math.log(total) - logits[i * CLASSES + images.label(i)];
      }
      return sum / BATCH;
    }

    private double value() {
      TestNetworks.refresh(network, kernels);
      return nll() + (noisy ? KL_SCALE * klNats(network) : 0);
    }

    /** The five-point difference. */
    double slope(Parameter parameter, double[] direction, double size) {
      NativeTensor tensor = parameter.value();
      float[] at = tensor.toArray();
      double[] values = new double[5];
      for (int i = -2; i <= 2; i++) {
        float[] moved = new float[at.length];
        for (int k = 0; k < at.length; k++) {
          moved[k] = (float) (at[k] + i * size * direction[k]);
        }
        tensor.set(moved);
        values[i + 2] = value();
      }
      tensor.set(at);
      TestNetworks.refresh(network, kernels);
      return (8 * (values[3] - values[1]) - (values[4] - values[0])) / (12 * size);
    }
  }

  /** The KL as the papers define it: a sum over weights, or over noise variables on units. */
  private static double klNats(Network network) {
    MethodSpec spec = network.method();
    Method method = spec.method();
    if (!method.hasKl()) {
      return 0;
    }
    double nats = 0;
    for (WeightLayer layer : network.layers()) {
      float[] theta = layer.weights().theta().value().toArray();
      nats += gateNats(network, layer);
      if (method.gate() != GateKind.NONE && !method.gate().learnt()) {
        float[] logAlpha = TestNetworks.logAlpha(network, layer);
        for (int unit = 0; unit < layer.tensor().inputs(); unit++) {
          nats += spec.kl().value(logAlpha[logAlpha.length == 1 ? 0 : unit]);
        }
        continue;
      }
      float[] logSigma2 =
          method.posterior().hasLogSigma2() ? TestNetworks.logSigma2(network, layer) : theta;
      float[] logAlpha =
          !method.hasAlpha()
              ? theta
              : spec.alphaSharing().spread(layer.tensor(), TestNetworks.logAlpha(network, layer));
      for (int i = 0; i < theta.length; i++) {
        double t = theta[i];
        nats +=
            switch (method.posterior()) {
              case POINT, SCHEDULED -> 0;
              case FACTORIZED_GAUSSIAN ->
                  new GaussianKl(spec.priorDeviation()).value(t, logSigma2[i]);
              case SPARSE_VD -> spec.kl().value(logSigma2[i] - Math.log(t * t + 1e-8));
              case VARIATIONAL_DROPOUT -> spec.kl().value(logAlpha[i]);
              case HARD_CONCRETE -> 0;
            };
      }
    }
    return nats;
  }

  /** What the gates of a layer cost, unit by unit or weight by weight. */
  private static double gateNats(Network network, WeightLayer layer) {
    MethodSpec spec = network.method();
    GateBelief belief =
        spec.method().posterior() == PosteriorKind.HARD_CONCRETE
            ? new HardConcreteGate(1)
            : spec.gateBelief(layer.tensor()).orElse(null);
    if (belief == null) {
      return 0;
    }
    String gate = ParameterNames.gate(layer.tensor()) + ".";
    float[] first = TestNetworks.get(network, gate + belief.names()[0]);
    float[] second =
        belief.names().length > 1
            ? TestNetworks.get(network, gate + belief.names()[1])
            : new float[first.length];
    double nats = 0;
    for (int i = 0; i < first.length; i++) {
      nats += belief.kl(new GateBelief.Parameters(first[i], second[i])).value();
    }
    return nats;
  }
}
