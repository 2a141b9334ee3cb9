package dev.ockham.train.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Images;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DependentGateTest {

  private static final int BATCH = 40;
  private static final int PIXELS = 6;
  private static final int CLASSES = 3;
  private static final double KL_SCALE = 0.02;
  private static final AdamSpec BARE = new AdamSpec(0, 0.5, 1);
  private static final ModelLayer.InputScaling SCALING = new ModelLayer.InputScaling(100, 0.01f);
  private static final Architecture ONE_LAYER =
      new Architecture(
          "dense",
          new Shape(1, 1, PIXELS),
          List.of(new LayerSpec.Flatten(), new LayerSpec.Dense("dense1", PIXELS, CLASSES)));

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
              .as("%s of unit %d", name, unit)
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

  /** The gradient by the input is the gate itself: nothing flows through what it looks at. */
  @Test
  void noGradientFlowsThroughWhatItLooksAt() {
    try (Network network = network();
        TensorScope _ = new TensorScope();
        GateLeaves leaves = gate(network).newLeaves()) {
      network.initialize(InitialWeights.HE, 3, kernels);
      TestNetworks.openGates(network, kernels);
      network.beginDependence();
      Tensor input = torch.randn(BATCH, PIXELS);
      input.set_requires_grad(true);
      Tensor noise = torch.randn(1 + BATCH, 2 * PIXELS);
      UnitNormalization norm = (h, gamma, eta) -> h.mul(gamma).add(eta);

      Tensor output = leaves.apply(input, noise, norm);
      output.sum().backward();

      float[] byInput = floats(input.grad());
      float[] factor = floats(output.detach().div(input.detach()));
      for (int i = 0; i < byInput.length; i++) {
        assertThat(byInput[i]).isCloseTo(factor[i], within(1e-4f));
      }
    }
  }

  /** φ is drawn per example around the input: a unit far below its mean is mostly dropped. */
  @Test
  void unitsFarBelowTheirMeanAreDropped() {
    int many = 4000;
    try (Network network = network();
        TensorScope _ = new TensorScope();
        GateLeaves leaves = gate(network).newLeaves()) {
      network.initialize(InitialWeights.HE, 3, kernels);
      TestNetworks.openGates(network, kernels);
      network.beginDependence();
      Tensor noise = torch.randn(1 + many, 2 * PIXELS);
      noise.narrow(0, 0, 1).zero_(); // of the batch: ε = 0
      for (double phi : new double[] {0.1, 0.5, 0.9}) {
        Tensor input = torch.ones(many, PIXELS);
        UnitNormalization norm = (h, gamma, eta) -> h.mul(new Scalar(phi)).add(eta.mul(ZERO));

        double mean = leaves.apply(input, noise, norm).mean().item_float();

        // The relaxed draw at temperature 0.1 has a mean within a few hundredths of φ.
        assertThat(mean).as("phi %s", phi).isCloseTo(phi, within(0.03));
        double atTest = leaves.applyMean(input, norm).mean().item_float();
        assertThat(atTest).as("mean at phi %s", phi).isCloseTo(phi, within(1e-3));
      }
      UnitNormalization shut = (h, _, _) -> h.mul(new Scalar(9e-4));
      assertThat(leaves.applyMean(torch.ones(many, PIXELS), shut).sum().item_float()).isZero();
    }
  }

  private static final Scalar ZERO = new Scalar(0);

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor.contiguous()).toArray(ValueLayout.JAVA_FLOAT);
  }
}
