package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.FlatMemory;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.posterior.SparseVdWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated
class TrainingStepTest {

  private static final int BATCH = 24;
  private static final int STEPS = 50;
  private static final double LEARNING_RATE = 2e-3;
  private static final double KL_SCALE = 1e-3;
  private static final long SEED = 5;
  // A large epsilon: with the usual one, the first steps are signs of gradients, and rounding
  // decides
  // the sign of those that are all but zero.
  private static final AdamSpec ADAM = new AdamSpec(0.9, 0.999, 1e-3);
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);

  private static final Architecture MLP = Architectures.parse("mlp:64-20-12-4");
  private static final Architecture CONV =
      Architectures.parse("net:1x8x8-conv5x3-pool2-conv6x2-relu-flatten-dense4");
  private static final Architecture NORMED =
      Architectures.parse("net:1x8x8-conv5x3-bn-relu-pool2-flatten-dense12-bn-relu-dense4");

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(BATCH, 3);
  private final int[] batch = IntStream.range(0, BATCH).toArray();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 2", "true, 1", "true, 2"})
  void fiftyStepsFollowTheTextbook(boolean conv, int threads) {
    Architecture architecture = conv ? CONV : MLP;
    MethodSpec method =
        RunSpec.defaults().withKl(KlTerm.MOLCHANOV).with("method.initial_log_sigma2", -6).method();
    try (Network network = network(architecture, method);
        ParallelRanges team = new ParallelRanges(threads);
        TextbookStep textbook = new TextbookStep(network, LEARNING_RATE, ADAM.epsilon());
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team);
        Fixture fixture = new Fixture(architecture)) {
      for (int step = 0; step < STEPS; step++) {
        double expected = fixture.run(textbook, step, KL_SCALE);
        double actual = fast.run(images, batch, plan(step, true)) / BATCH;
        assertThat(actual).as("NLL at step %s", step).isCloseTo(expected, within(2e-5));
      }
      for (int i = 0; i < network.layers().size(); i++) {
        SparseVdWeights weights = (SparseVdWeights) network.layers().get(i).weights();
        assertClose(
            "theta",
            weights.theta().value().toArray(),
            textbook.theta(network.layers().get(i).tensor().parameter().name()));
        assertClose(
            "logSigma2",
            weights.logSigma2().value().toArray(),
            textbook.logSigma2(network.layers().get(i).tensor().parameter().name()));
      }
    }
  }

  /** What the textbook form computes. */
  private static MethodSpec molchanov() {
    return RunSpec.defaults()
        .withKl(KlTerm.MOLCHANOV)
        .with("method.initial_log_sigma2", -6)
        .method();
  }

  @Test
  void denseStepsFollowTheTextbook() {
    try (Network network = network(CONV, MethodSpec.of(Method.NONE));
        ParallelRanges team = new ParallelRanges(2);
        TextbookStep textbook = new TextbookStep(network, LEARNING_RATE, ADAM.epsilon());
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team);
        Fixture fixture = new Fixture(CONV)) {
      for (int step = 0; step < STEPS; step++) {
        double expected = fixture.run(textbook, step, 0);
        assertThat(fast.run(images, batch, plan(step, false)) / BATCH)
            .isCloseTo(expected, within(2e-5));
      }
      for (int i = 0; i < network.layers().size(); i++) {
        float[] theta = network.layers().get(i).weights().theta().value().toArray();
        assertClose(
            "theta", theta, textbook.theta(network.layers().get(i).tensor().parameter().name()));
      }
    }
  }

  /** With 24 examples a batch norm sees the whole batch, whatever the number of threads. */
  @ParameterizedTest
  @CsvSource({"sparse-vd, 1", "sparse-vd, 2", "none, 2"})
  void stepsWithBatchNormFollowTheTextbook(String name, int threads) {
    boolean noisy = !name.equals("none");
    MethodSpec method = noisy ? molchanov() : MethodSpec.of(Method.NONE);
    double klScale = noisy ? KL_SCALE : 0;
    try (Network network = network(NORMED, method);
        ParallelRanges team = new ParallelRanges(threads);
        TextbookStep textbook = new TextbookStep(network, LEARNING_RATE, ADAM.epsilon());
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team);
        Fixture fixture = new Fixture(NORMED)) {
      float[] biasBefore =
          TestNetworks.biasOf(network, network.layers().getFirst()).value().toArray();
      for (int step = 0; step < STEPS; step++) {
        double expected = fixture.run(textbook, step, klScale);
        double actual = fast.run(images, batch, plan(step, noisy)) / BATCH;
        assertThat(actual).as("NLL at step %s", step).isCloseTo(expected, within(5e-5));
      }
      for (int i = 0; i < network.layers().size(); i++) {
        float[] theta = network.layers().get(i).weights().theta().value().toArray();
        assertClose(
            "theta", theta, textbook.theta(network.layers().get(i).tensor().parameter().name()));
      }
      for (int i = 1; i <= 2; i++) {
        for (String number : List.of("bn" + i + ".scale", "bn" + i + ".shift")) {
          float[] values = network.plain().get(number).value().toArray();
          assertClose(number, values, textbook.plain(number));
          assertThat(values).as("%s learns", number).doesNotContain(1f).doesNotContain(0f);
        }
      }
      assertThat(TestNetworks.biasOf(network, network.layers().getFirst()).value().toArray())
          .as("a bias that a batch norm takes away rests")
          .isEqualTo(biasBefore);
      assertThat(TestNetworks.biasOf(network, network.layers().getLast()).value().toArray())
          .doesNotContain(0f);
    }
  }

  /** Shares of at least 32, or the whole batch; none too large for its replica. */
  @ParameterizedTest
  @CsvSource({"100, 14", "128, 4", "35, 4", "5, 4", "64, 2", "200, 3", "1, 2"})
  void anyNormalisedBatchFitsAnyTeam(int batchSize, int threads) {
    int[] examples = IntStream.range(0, batchSize).map(i -> i % images.count()).toArray();
    try (Network network = network(NORMED, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(threads);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, batchSize, kernels, team)) {
      for (int size = batchSize; size > 0; size -= 1 + size / 7) {
        double nll = fast.run(images, Arrays.copyOf(examples, size), plan(0, true));
        assertThat(nll).as("batch of %s", size).isPositive().isFinite();
      }
    }
  }

  /**
   * Two shares of 32 give other statistics than one of 64, but threads beyond two give no third.
   */
  @Test
  void aShareHasAtLeastThirtyTwoExamples() {
    double one = firstNll(64, 1);
    double two = firstNll(64, 2);
    assertThat(two).isNotCloseTo(one, within(1e-3));
    assertThat(firstNll(64, 4)).isEqualTo(two);
    assertThat(firstNll(63, 4)).isEqualTo(firstNll(63, 1));
  }

  private double firstNll(int batchSize, int threads) {
    Images more = SmallData.images(batchSize, 9);
    try (Network network = network(NORMED, MethodSpec.of(Method.NONE));
        ParallelRanges team = new ParallelRanges(threads);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, batchSize, kernels, team)) {
      return fast.run(more, IntStream.range(0, batchSize).toArray(), plan(0, false));
    }
  }

  @Test
  void equalStepsGiveEqualBits() {
    List<float[]> first = thetaAfter(3, batch);
    List<float[]> second = thetaAfter(3, batch);
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i)).isEqualTo(first.get(i));
    }
  }

  /** No share is empty or too large for its replica, whatever the batch leaves over. */
  @ParameterizedTest
  @CsvSource({"100, 14", "100, 16", "100, 24", "100, 32", "35, 4", "5, 4", "1, 3", "7, 5"})
  void anyBatchFitsAnyTeam(int batchSize, int threads) {
    int[] examples = IntStream.range(0, batchSize).map(i -> i % images.count()).toArray();
    try (Network network = network(MLP, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(threads);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, batchSize, kernels, team)) {
      for (int size : new int[] {batchSize, Math.max(1, batchSize / 2), 1}) {
        double nll = fast.run(images, Arrays.copyOf(examples, size), plan(0, true));
        assertThat(nll).isPositive().isFinite();
      }
    }
  }

  @Test
  void pretrainingLeavesTheVariancesAlone() {
    try (Network network = network(MLP, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      SparseVdWeights weights = (SparseVdWeights) network.layers().getFirst().weights();
      float[] thetaBefore = weights.theta().value().toArray();
      float[] logSigma2Before = weights.logSigma2().value().toArray();
      fast.run(images, batch, plan(0, false));
      assertThat(weights.logSigma2().value().toArray()).isEqualTo(logSigma2Before);
      assertThat(weights.theta().value().toArray()).isNotEqualTo(thetaBefore);
    }
  }

  @Test
  void aStepThatDivergesChangesNothing() {
    try (Network network = network(MLP, MethodSpec.of(Method.NONE));
        ParallelRanges team = new ParallelRanges(2);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      NativeTensor bias = TestNetworks.biasOf(network, network.layers().getLast()).value();
      bias.set(new float[] {Float.NaN, 0, 0, 0});
      float[] before = network.layers().getFirst().weights().theta().value().toArray();
      assertThat(fast.run(images, batch, plan(0, false))).isNaN();
      assertThat(network.layers().getFirst().weights().theta().value().toArray()).isEqualTo(before);
    }
  }

  @Test
  void nativeMemoryStaysFlatOverTwoHundredSteps() {
    try (Network network = network(CONV, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(2);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      steps(fast, 100);
      // One leaked activation a step would be 24 · 5 · 36 · 4 · 200 = 3.5 MB.
      FlatMemory.require(50_000, () -> steps(fast, 200));
    }
  }

  private void steps(TrainingStep fast, int steps) {
    for (int step = 0; step < steps; step++) {
      fast.run(images, batch, plan(step, true));
    }
  }

  private List<float[]> thetaAfter(int steps, int[] examples) {
    try (Network network = network(CONV, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(2);
        TrainingStep fast = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      for (int step = 0; step < steps; step++) {
        fast.run(images, examples, plan(step, true));
      }
      List<float[]> theta = new ArrayList<>();
      for (WeightLayer layer : network.layers()) {
        theta.add(layer.weights().theta().value().toArray());
      }
      return theta;
    }
  }

  private Network network(Architecture architecture, MethodSpec method) {
    Network network = new Network(architecture, method);
    network.initialize(InitialWeights.HE, SEED, kernels);
    return network;
  }

  private static StepPlan plan(int step, boolean noisy) {
    return new StepPlan(SEED, step, step + 1, LEARNING_RATE, noisy ? KL_SCALE : 0, noisy);
  }

  private static void assertClose(String name, float[] actual, float[] expected) {
    double worst = 0;
    double sum = 0;
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      worst = Math.max(worst, difference);
      sum += difference;
    }
    // Adam turns the sign of a tiny gradient into a whole step, so a few weights may stray by a
    // fraction of 50 steps; on average they agree to rounding.
    assertThat(worst).as("%s, worst", name).isLessThan(STEPS * LEARNING_RATE / 10);
    assertThat(sum / actual.length).as("%s, mean", name).isLessThan(2e-5);
  }

  /** The same inputs and the same noise for the textbook form. */
  private final class Fixture implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final NativeTensor input;
    private final NativeTensor labels;

    Fixture(Architecture architecture) {
      input = NativeTensor.floats(arena, architecture.example().withBatch(BATCH));
      kernels.gatherImages(
          images.pixels(),
          batch,
          images.pixelsPerImage(),
          SCALING.mean()[0],
          SCALING.scale()[0],
          input.segment(),
          0,
          input.size());
      labels = NativeTensor.longs(arena, BATCH);
      for (int i = 0; i < BATCH; i++) {
        labels.segment().setAtIndex(ValueLayout.JAVA_LONG, i, images.label(i));
      }
    }

    double run(TextbookStep textbook, int step, double klScale) {
      try (Arena noiseArena = Arena.ofConfined()) {
        return textbook.run(
            input.tensor(),
            labels.tensor(),
            klScale,
            (layer, like) -> noise(noiseArena, step, layer, like));
      }
    }

    private Tensor noise(Arena noiseArena, int step, int layer, Tensor like) {
      NativeTensor zeta = NativeTensor.floats(noiseArena, like.shape());
      int width = (int) (zeta.size() / BATCH);
      kernels.fillNormal(
          NoiseKey.of(SEED, step, layer), batch, width, zeta.segment(), 0, zeta.size());
      return zeta.tensor();
    }

    @Override
    public void close() {
      input.close();
      labels.close();
      arena.close();
    }
  }
}
