package dev.ockham.train.segment;

import static dev.ockham.train.segment.TwoPasses.near;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch norms outside training, and those within gates, are at statistics of calibration. */
class NormsTest {
  private static final Architecture NORMED =
      Architectures.parse(
          "net:1x8x8-conv6x3-bn-relu-pool2-conv5x2-bn-relu-flatten-dense12-bn-relu-dense4");
  private static final int CALIBRATION = 60;
  private static final int[] EXAMPLES = {4, 1, 9};

  private final Kernels kernels = Kernels.create();
  private final Images calibration = SmallData.images(CALIBRATION, 7);
  private final Images images = SmallData.images(20, 3);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "sparse-vd", "sbp", "dependent-beta-bernoulli"})
  void logitsAreThoseBeforeGraphs(String method) {
    var scaling = new ModelLayer.InputScaling(50, 0.02f);
    RunSpec spec = RunSpec.defaults().with("method.name", method);
    try (Network network = new Network(NORMED, spec.method());
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, scaling, 20, kernels, arena);
        ChainTwin twin = new ChainTwin(network, CALIBRATION, Precision.FLOAT32, kernels)) {
      TestNetworks.fill(network, kernels, 5);
      network.norms().forEach(norm -> TestNetworks.fill(norm.gamma(), 0.8f));
      network.layers().stream()
          .filter(layer -> layer.gate() instanceof DependentGate)
          .forEach(layer -> ((DependentGate) layer.gate()).begin());
      NormStatistics statistics = new NormStatistics();
      int[] all = IntStream.range(0, CALIBRATION).toArray();
      twin.gather(calibration, all, kernels);
      twin.pass.logits(all, null, new Norms.Recorded(statistics));
      twin.gather(images, EXAMPLES, kernels);
      float[] actual =
          twin.pass
              .logits(EXAMPLES, null, new Norms.Fixed(statistics))
              .asSlice(0, 4L * 4 * EXAMPLES.length)
              .toArray(ValueLayout.JAVA_FLOAT);
      try (TensorScope _ = new TensorScope();
          var old =
              dev.ockham.train.network.NormStatistics.of(network, scaling, calibration, kernels)) {
        float[] expected =
            TensorMemory.of(replica.logits(images, EXAMPLES, null, old).contiguous())
                .toArray(ValueLayout.JAVA_FLOAT);
        near("logits", actual, expected, 1e-4);
      }
    }
  }
}
