package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variance products of 8 bits against those of 24, in layers large enough to have them. */
class VarianceProductsTest {

  private static final int BATCH = 64;
  private static final int STEPS = 50;
  private static final long SEED = 5;
  private static final AdamSpec ADAM = new AdamSpec(0.9, 0.999, 1e-3);
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);

  /** 1,030 outputs are three blocks, the last of 6; only the second layer is large enough. */
  private static final Architecture ARCHITECTURE = Architectures.parse("mlp:64-1030-1030-4");

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(BATCH, 3);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static MethodSpec method() {
    return RunSpec.defaults().with("method.initial_log_sigma2", -5).method();
  }

  private Network network() {
    Network network = new Network(ARCHITECTURE, method());
    network.initialize(InitialWeights.HE, SEED, kernels);
    return network;
  }

  @ParameterizedTest
  @ValueSource(ints = {BATCH, 63})
  void gradientsAgreeToEightBits(int examples) {
    int[] batch = IntStream.range(0, examples).toArray();
    NoiseSource noise = new NoiseSource(SEED, 3);
    try (Network network = network();
        Arena arena = Arena.ofConfined();
        Replica wide = new Replica(network, SCALING, BATCH, Precision.FLOAT32, kernels, arena);
        Replica narrow = new Replica(network, SCALING, BATCH, Precision.BFLOAT16, kernels, arena)) {
      double expected = wide.forwardBackward(images, batch, examples, noise);
      double actual = narrow.forwardBackward(images, batch, examples, noise);
      assertThat(actual).isNotEqualTo(expected).isCloseTo(expected, within(2e-3 * expected));
      for (int layer = 0; layer < network.layers().size(); layer++) {
        assertThat(distance(wide, narrow, layer, true)).as("theta %s", layer).isLessThan(0.05);
        assertThat(distance(wide, narrow, layer, false)).as("sigma2 %s", layer).isLessThan(0.05);
      }
    }
  }

  /** Of the gradients, relative to their size. */
  private static double distance(Replica wide, Replica narrow, int layer, boolean means) {
    float[] expected = gradient(wide, layer, means);
    float[] actual = gradient(narrow, layer, means);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }

  private static float[] gradient(Replica replica, int layer, boolean means) {
    WeightLeaves.Gaussian leaves = (WeightLeaves.Gaussian) replica.weights(layer);
    Tensor leaf = means ? leaves.theta() : leaves.sigma2();
    return TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void fiftyStepsStayClose() {
    int[] batch = IntStream.range(0, BATCH).toArray();
    try (Network wide = network();
        Network narrow = network();
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep exact =
            new TrainingStep(wide, ADAM, SCALING, BATCH, Precision.FLOAT32, kernels, team);
        TrainingStep rounded =
            new TrainingStep(narrow, ADAM, SCALING, BATCH, Precision.BFLOAT16, kernels, team)) {
      assertThat(exact.precision()).isEqualTo(Precision.FLOAT32);
      assertThat(rounded.precision()).isEqualTo(Precision.BFLOAT16);
      for (int step = 0; step < STEPS; step++) {
        StepPlan plan = new StepPlan(SEED, step, step + 1, 2e-3, 1e-3, true);
        double expected = exact.run(images, batch, plan) / BATCH;
        double actual = rounded.run(images, batch, plan) / BATCH;
        assertThat(actual).as("NLL at step %s", step).isCloseTo(expected, within(5e-3));
      }
    }
  }

  @Test
  void theProbeChoosesAPrecision() {
    assertThat(Precision.fastest()).isIn((Object[]) Precision.values());
  }
}
