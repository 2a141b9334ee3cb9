package dev.ockham.train.pass;

import static dev.ockham.train.pass.TwoPasses.near;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
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
  private static final int CLASSES = 4;
  private static final int[] EXAMPLES = {4, 1, 9};
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);

  private final Kernels kernels = Kernels.create();
  private final Images calibration = SmallData.images(CALIBRATION, 7);

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  /** An example is normalised by all of calibration, whoever else is in the pass. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "sparse-vd", "sbp", "dependent-beta-bernoulli"})
  void someExamplesGiveWhatTheyGiveAmongAllOfCalibration(String method) {
    RunSpec spec = RunSpec.defaults().with("method.name", method);
    try (Network network = new Network(NORMED, spec.method());
        Arena arena = Arena.ofConfined();
        Replica replica = new Replica(network, SCALING, EXAMPLES.length, kernels, arena);
        EagerTwin twin = new EagerTwin(network, kernels);
        TensorScope _ = new TensorScope()) {
      TestNetworks.fill(network, kernels, 5);
      TestNetworks.fillNorms(network);
      network.beginDependence();
      NormStatistics statistics = Replica.statistics(network, SCALING, calibration, kernels);
      float[] actual =
          TestNetworks.logits(
              network, replica, calibration, EXAMPLES, null, new Norms.Fixed(statistics));
      int[] all = IntStream.range(0, CALIBRATION).toArray();
      float[] ofAll =
          TensorMemory.of(twin.logits(calibration, all, SCALING, null).contiguous())
              .toArray(ValueLayout.JAVA_FLOAT);
      float[] expected = new float[actual.length];
      for (int i = 0; i < EXAMPLES.length; i++) {
        System.arraycopy(ofAll, EXAMPLES[i] * CLASSES, expected, i * CLASSES, CLASSES);
      }
      near("logits", actual, expected, 1e-4);
    }
  }
}
