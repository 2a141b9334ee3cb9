package dev.ockham.train.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chains of layers give the bits that they gave before there were graphs. */
class SameBitsTest {
  private static final long SEED = 5;
  private static final int CAPACITY = 40;
  private static final String CONVOLUTIONS =
      "net:1x8x8-conv6x3-relu-pool2-conv5x2-pool2-relu-flatten-dense24-relu-dense4";

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(CAPACITY, 3);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  @ParameterizedTest
  @CsvSource({
    "mlp:64-30-20-4, sparse-vd, FLOAT32, true",
    "mlp:64-30-20-4, sparse-vd, FLOAT32, false",
    "mlp:64-30-20-4, none, FLOAT32, true",
    "mlp:64-1300-1300-4, sparse-vd, BFLOAT16, true",
    "mlp:64-30-20-4, bnn, FLOAT32, true",
    CONVOLUTIONS + ", sparse-vd, FLOAT32, true",
    CONVOLUTIONS + ", none, FLOAT32, false",
    CONVOLUTIONS + ", ard, FLOAT32, true",
  })
  void chainsGiveTheSameBits(
      String architecture, String method, Precision precision, boolean noisy) {
    compare(LiveUnits.all(Architectures.parse(architecture)), method, precision, noisy);
  }

  /** The noise of a unit does not depend on who else is left. */
  @Test
  void shrunkenChainsGiveTheSameBits() {
    Architecture architecture = Architectures.parse(CONVOLUTIONS);
    List<BitSet> outputs = new ArrayList<>();
    for (int units : new int[] {6, 5, 24, 4}) {
      BitSet left = new BitSet();
      left.set(0, units);
      if (units != 4) {
        left.clear(1, 1 + units / 4);
      }
      outputs.add(left);
    }
    BitSet inputs = new BitSet();
    inputs.set(0);
    compare(LiveUnits.of(architecture, inputs, outputs), "sparse-vd", Precision.FLOAT32, true);
  }

  private void compare(LiveUnits live, String method, Precision precision, boolean noisy) {
    int[] examples = {3, 0, 17, 39, 22, 8, 31};
    Replica.@Nullable NoiseSource old = noisy ? new Replica.NoiseSource(SEED, 9) : null;
    NoiseSource noise = noisy ? new NoiseSource(SEED, 9) : null;
    var scaling = new ModelLayer.InputScaling(50, 0.02f);
    try (Network network =
            new Network(live, RunSpec.defaults().with("method.name", method).method(), SEED);
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, scaling, CAPACITY, precision, kernels, arena);
        ChainTwin twin = new ChainTwin(network, CAPACITY, precision, kernels)) {
      TestNetworks.fill(network, kernels, SEED);
      for (int repeat = 0; repeat < 2; repeat++) {
        double expected = replica.forwardBackward(images, examples, 20, old);
        double actual = twin.forwardBackward(images, examples, 20, noise, kernels);
        assertThat(actual).isEqualTo(expected).isFinite();
        for (int i = 0; i < network.layers().size(); i++) {
          same("theta", i, twin.byTheta(i), ChainTwin.gradient(replica.weights(i).theta()));
          same("bias", i, twin.byBias(i), ChainTwin.gradient(replica.bias(i)));
          if (noisy && twin.hasVariance(i)) {
            same("sigma2", i, twin.bySigma2(i), sigma2(replica, i));
          }
        }
        replica.clearGradients();
      }
    }
  }

  private static void same(String what, int layer, float[] actual, float[] expected) {
    assertThat(Arrays.mismatch(actual, expected)).as("%s %d differs at", what, layer).isEqualTo(-1);
    assertThat(actual).as("%s %d", what, layer).isNotEqualTo(new float[actual.length]);
  }

  private static float[] sigma2(Replica replica, int layer) {
    return ChainTwin.gradient(
        ((dev.ockham.train.posterior.WeightLeaves.Gaussian) replica.weights(layer)).sigma2());
  }
}
