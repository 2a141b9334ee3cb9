package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Training of α, whoever shares it, under its limits and without a prior. */
class LearntAlphaTest {

  private static final int BATCH = 48;
  private static final int STEPS = 80;
  private static final AdamSpec ADAM = new AdamSpec(0.9, 0.999, 1e-8);
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);
  private static final Architecture ARCHITECTURE =
      Architectures.parse("net:1x8x8-conv4x3-relu-pool2-flatten-dense4");

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(BATCH, 3);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static RunSpec spec(Method method) {
    return RunSpec.defaults().with("method.name", method.name());
  }

  static Stream<Method> withAlpha() {
    return Method.all().stream().filter(Method::learnsAlpha);
  }

  static Stream<Method> withKl() {
    return Method.all().stream().filter(Method::hasKl);
  }

  static Stream<Arguments> sharings() {
    return withAlpha()
        .flatMap(method ->
            Stream.of(AlphaSharing.values())
                .filter(s -> s != AlphaSharing.WEIGHT || method.gate() == GateKind.NONE)
                .map(s -> Arguments.of(method, s)));
  }

  /** α moves for whoever shares it, and stays where it may; the network learns beside it. */
  @ParameterizedTest
  @MethodSource("sharings")
  void everySharingTrains(Method method, AlphaSharing sharing) {
    MethodSpec spec = spec(method).with("method.alpha_sharing", sharing).method();
    Trained trained = train(spec, 1e-4);
    assertThat(trained.lastNll()).isLessThan(0.5 * trained.firstNll());
    List<WeightTensor> layers = ARCHITECTURE.weightTensors();
    assertThat(trained.logAlpha()).hasSize(sharing == AlphaSharing.NETWORK ? 1 : layers.size());
    for (int i = 0; i < trained.logAlpha().size(); i++) {
      float[] values = trained.logAlpha().get(i);
      assertThat(values).hasSize(sharing.groups(layers.get(i)));
      for (float value : values) {
        assertThat((double) value)
            .isFinite()
            .isNotEqualTo((float) Math.log(spec.alpha()))
            .isLessThanOrEqualTo(spec.maxLogAlpha());
      }
    }
  }

  /** Limits of a KL term's, and those of a method's own under terms that have none. */
  static Stream<MethodSpec> limited() {
    return Method.all().stream()
        .filter(method -> method.kl() != null && !method.hasGates())
        .flatMap(
            method -> Stream.of(KlTerm.values()).map(term -> spec(method).withKl(term).method()))
        .filter(spec -> Double.isFinite(spec.maxLogAlpha()));
  }

  /** A KL that outweighs the data drives log α up to its limit, 0, and never past it. */
  @ParameterizedTest
  @MethodSource("limited")
  void alphaIsHeldAtOne(MethodSpec spec) {
    MethodSpec loud =
        spec.method().hasAlpha()
            ? withKl(spec).with("method.alpha", 0.9).with("method.input_alpha", 0.9).method()
            : withKl(spec).with("method.initial_log_sigma2", -3).method();
    Trained trained = train(loud, 10);
    double most = Double.NEGATIVE_INFINITY;
    for (float[] values : trained.scores()) {
      for (float value : values) {
        assertThat(value).isLessThanOrEqualTo(4e-6f);
        most = Math.max(most, value);
      }
    }
    assertThat(most).isCloseTo(0, within(4e-6));
  }

  private static RunSpec withKl(MethodSpec spec) {
    return spec(spec.method()).withKl(spec.kl());
  }

  @ParameterizedTest
  @MethodSource("withAlpha")
  void alphaStaysWhereItIsNotLearnt(Method method) {
    MethodSpec spec =
        spec(method)
            .with("method.learn_alpha", false)
            .with("method.alpha", 0.3)
            .with("method.input_alpha", 0.2)
            .method();
    Trained trained = train(spec, 1e-3);
    assertThat(trained.lastNll()).isLessThan(0.7 * trained.firstNll());
    for (int i = 0; i < trained.logAlpha().size(); i++) {
      assertThat(trained.logAlpha().get(i)).containsOnly((float) Math.log(i == 0 ? 0.2 : 0.3));
    }
  }

  /** β = 0: the noise is fitted to the data alone, which want less of it. */
  @ParameterizedTest
  @MethodSource("withKl")
  void withoutAPriorTheNoiseFallsWithTheData(Method method) {
    Trained trained = train(spec(method).method(), 0);
    assertThat(trained.lastNll()).isLessThan(0.5 * trained.firstNll());
    Trained pressed = train(spec(method).method(), 1);
    assertThat(mean(trained.scores())).isLessThan(mean(pressed.scores()));
  }

  private static double mean(List<float[]> values) {
    double sum = 0;
    int count = 0;
    for (float[] each : values) {
      for (float value : each) {
        sum += value;
      }
      count += each.length;
    }
    return sum / count;
  }

  /**
   * What training left.
   *
   * @param logAlpha the parameters of that name, in order
   * @param scores log α, or what else it is, of every weight; the parameters where weights have
   *     none
   */
  private record Trained(
      double firstNll, double lastNll, List<float[]> logAlpha, List<float[]> scores) {}

  private Trained train(MethodSpec spec, double klScale) {
    int[] batch = IntStream.range(0, BATCH).toArray();
    try (Network network = new Network(ARCHITECTURE, spec);
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep step = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      network.initialize(InitialWeights.HE, 1, kernels);
      double first = 0;
      double last = 0;
      for (int i = 0; i < STEPS; i++) {
        last = step.run(images, batch, new StepPlan(1, i, i + 1, 0.02, klScale, true));
        first = i == 0 ? last : first;
      }
      assertThat(network.firstNonFinite()).isEmpty();
      List<float[]> logAlpha =
          network.parameters().stream()
              .filter(parameter -> parameter.name().endsWith("log_alpha"))
              .map(Parameter::value)
              .map(value -> value.toArray())
              .toList();
      List<float[]> scores = new ArrayList<>();
      network
          .layers()
          .forEach(layer -> {
            float[] perWeight = layer.scores(kernels);
            if (perWeight != null) {
              scores.add(perWeight);
            }
          });
      return new Trained(first, last, logAlpha, scores.isEmpty() ? logAlpha : scores);
    }
  }
}
