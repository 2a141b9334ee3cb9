package dev.ockham.train.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TrainingStep;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DependentGateTest {

  private static final int BATCH = 40;
  private static final int PIXELS = 6;
  private static final int CLASSES = 3;
  private static final double KL_SCALE = 0.02;
  private static final AdamSpec BARE = new AdamSpec(0, 0.5, 1);
  private static final InputScaling SCALING = InputScaling.all(100, 0.01f);
  private static final Architecture ONE_LAYER = Architectures.parse("net:1x1x6-flatten-dense3");

  private final Kernels kernels = Kernels.create();
  private final int[] batch = IntStream.range(0, BATCH).toArray();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static Network network() {
    return network(10);
  }

  private static Network network(double gateRate) {
    RunSpec spec =
        RunSpec.defaults()
            .with("method.name", Method.DEPENDENT_BETA_BERNOULLI.name())
            .with("method.gate_rate", gateRate);
    return new Network(ONE_LAYER, spec.method());
  }

  private static Images images() {
    SplittableRandom random = new SplittableRandom(2);
    byte[] pixels = new byte[BATCH * PIXELS];
    random.nextBytes(pixels);
    byte[] labels = new byte[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = (byte) (i % CLASSES);
    }
    return Images.copyOf(1, 1, PIXELS, pixels, labels);
  }

  private static DependentGate gate(Network network) {
    return (DependentGate) network.layers().getFirst().gate();
  }

  private static double objective(Network network, TrainingStep step, Kernels kernels) {
    double nll = step.run(images(), batchOf(), new StepPlan(9, 4, 1, 0, KL_SCALE, true));
    return nll / BATCH + KL_SCALE * network.klNats(kernels);
  }

  private static int[] batchOf() {
    return IntStream.range(0, BATCH).toArray();
  }

  /** γ, η and σ get the gradient of NLL and KL; the Beta-Bernoulli gate is frozen. */
  @Test
  void adamGetsTheGradientOfTheObjective() {
    try (Network network = network();
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep step = new TrainingStep(network, BARE, SCALING, BATCH, kernels, team)) {
      network.initialize(InitialWeights.HE, 3, kernels);
      TestNetworks.openGates(network, kernels);
      network.beginDependence();
      for (String name : List.of("gamma", "eta", "sigma")) {
        Parameter parameter = parameter(network, "dense1.gate." + name);
        for (int unit = 0; unit < PIXELS; unit++) {
          network.clearMoments();
          double before = objective(network, step, kernels);
          assertThat(before).isFinite();
          double gradient = parameter.firstMoment().toArray()[unit];
          float[] at = parameter.value().toArray();
          double[] values = new double[2];
          double h = 2e-3;
          for (int side = 0; side < 2; side++) {
            float[] moved = at.clone();
            moved[unit] += (float) (side == 0 ? -h : h);
            parameter.value().set(moved);
            values[side] = objective(network, step, kernels);
          }
          parameter.value().set(at);
          assertThat(gradient)
              .as("%s of unit %s", name, unit)
              .isCloseTo((values[1] - values[0]) / (2 * h), within(3e-3));
        }
      }
      for (String name : List.of("a", "b")) {
        assertThat(parameter(network, "dense1.gate." + name).firstMoment().toArray())
            .as("%s is frozen", name)
            .containsOnly(0f);
      }
    }
  }

  private static Parameter parameter(Network network, String name) {
    return network.parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Until it begins it is the Beta-Bernoulli gate: the same parameters move, and the same KL. */
  @Test
  void beforeItBeginsItIsBetaBernoulli() {
    try (Network network = network();
        ParallelRanges team = new ParallelRanges(1);
        TrainingStep step = new TrainingStep(network, BARE, SCALING, BATCH, kernels, team)) {
      network.initialize(InitialWeights.HE, 3, kernels);
      assertThat(gate(network).dependent()).isFalse();
      step.run(images(), batch, new StepPlan(9, 4, 1, 0, KL_SCALE, true));

      assertThat(parameter(network, "dense1.gate.a").firstMoment().toArray()).doesNotContain(0f);
      for (String name : List.of("gamma", "eta", "sigma")) {
        assertThat(parameter(network, "dense1.gate." + name).firstMoment().toArray())
            .as(name)
            .containsOnly(0f);
      }
      assertThat(gate(network).klNats()).isEqualTo(gate(network).gate().klNats());
      network.beginDependence();
      assertThat(gate(network).klNats())
          .isCloseTo(
              gate(network).gate().klNats()
                  + PIXELS
                      * DependentFactor.kl(DependentFactor.START_ETA, DependentFactor.START_SIGMA)
                          .value(),
              within(1e-6));
    }
  }

  /** At twice the rate the first step is twice as long. */
  @Test
  void itLearnsAtTheRateOfGates() {
    float[] moved = new float[2];
    for (int i = 0; i < 2; i++) {
      try (Network network = network(5 * (i + 1));
          ParallelRanges team = new ParallelRanges(1);
          TrainingStep step =
              new TrainingStep(
                  network, new AdamSpec(0.9, 0.999, 1e-8), SCALING, BATCH, kernels, team)) {
        network.initialize(InitialWeights.HE, 3, kernels);
        network.beginDependence();
        step.run(images(), batch, new StepPlan(9, 4, 1, 1e-3, KL_SCALE, true));
        float eta = parameter(network, "dense1.gate.eta").value().toArray()[0];
        moved[i] = Math.abs(eta - DependentFactor.START_ETA);
      }
    }
    assertThat(moved[0]).isCloseTo(5e-3f, within(1e-5f));
    assertThat(moved[1]).isCloseTo(1e-2f, within(1e-5f));
  }
}
