package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.network.Network;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Factors of gates that look at the example. */
class GateFactorsTest {

  private static final int BATCH = 40;
  private static final int UNITS = 6;

  private final Kernels kernels = Kernels.create();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private Network network() {
    Network network =
        new Network(
            Architectures.parse("net:6-dense3"), MethodSpec.of(Method.DEPENDENT_BETA_BERNOULLI));
    network.initialize(InitialWeights.HE, 3, kernels);
    TestNetworks.openGates(network, kernels);
    network.beginDependence();
    return network;
  }

  private static GateFactors factors(Network network, GateLeaves leaves) {
    Gate gate = network.layers().getFirst().gate();
    return new GateFactors(
        new GatePlace("dense1", gate.onOutputs(), 0, gate, leaves), new UnitLayout(1, UNITS, 1));
  }

  private static Norms rescaled(double by) {
    float[] scale = new float[UNITS];
    Arrays.fill(scale, (float) by);
    NormStatistics statistics = new NormStatistics();
    statistics.put(
        NormStatistics.withinGate("dense1"), new NormStatistics.Rescaling(scale, new float[UNITS]));
    return new Norms.Fixed(statistics);
  }

  /** The gradient by the input is the gate itself: nothing flows through what it looks at. */
  @Test
  void noGradientFlowsThroughWhatItLooksAt() {
    try (Network network = network();
        TensorScope _ = new TensorScope();
        GateLeaves leaves = network.layers().getFirst().gate().newLeaves()) {
      Tensor input = torch.randn(BATCH, UNITS);
      input.set_requires_grad(true);
      Tensor noise = torch.randn(1 + BATCH, 2 * UNITS);

      Tensor z = factors(network, leaves).drawn(input, noise, new Norms.OfBatch());
      input.mul(z).sum().backward();

      assertThat(z.min().item_float()).as("it depends on the example").isLessThan(0.1f);
      assertThat(z.max().item_float()).isGreaterThan(0.9f);
      assertThat(floats(input.grad())).containsExactly(floats(z.detach()), within(1e-4f));
    }
  }

  /** φ is drawn per example around the input: a unit far below its mean is mostly dropped. */
  @Test
  void unitsFarBelowTheirMeanAreDropped() {
    int many = 4000;
    try (Network network = network();
        TensorScope _ = new TensorScope();
        GateLeaves leaves = network.layers().getFirst().gate().newLeaves()) {
      GateFactors factors = factors(network, leaves);
      Tensor noise = torch.randn(1 + many, 2 * UNITS);
      noise.narrow(0, 0, 1).zero_(); // of the batch: ε = 0
      for (double phi : new double[] {0.1, 0.5, 0.9}) {
        Tensor input = torch.ones(many, UNITS);

        double mean = factors.drawn(input, noise, rescaled(phi)).mean().item_float();

        // The relaxed draw at temperature 0.1 has a mean within a few hundredths of φ.
        assertThat(mean).as("phi %s", phi).isCloseTo(phi, within(0.03));
        double atTest = factors.mean(input, rescaled(phi)).mean().item_float();
        assertThat(atTest).as("mean at phi %s", phi).isCloseTo(phi, within(1e-3));
      }
      Tensor shut = factors.mean(torch.ones(many, UNITS), rescaled(9e-4));
      assertThat(shut.sum().item_float()).isZero();
    }
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor.contiguous()).toArray(ValueLayout.JAVA_FLOAT);
  }
}
