package dev.ockham.train.step;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.train.FlatMemory;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Native memory over hundreds of steps of a ResNet, batch norms in the pass. */
@Isolated
class StepMemoryTest {
  private static final int BATCH = 10;
  private static final int WARM = 50;
  private static final int STEPS = 50;

  /** A step has hundreds of tensors; one that stayed each time would leave more. */
  private static final long LEAST_LEAK = 32 * 1024;

  @Test
  @Tag("long")
  void ofResNet20StaysFlat() {
    Libtorch.start();
    Architecture resNet = Architectures.parse("resnet-20");
    Images pictures = pictures(resNet.example().size());
    Kernels kernels = Kernels.create();
    try (Network network = new Network(resNet, MethodSpec.of(Method.SPARSE_VD));
        ParallelRanges team = new ParallelRanges(2);
        TrainingStep step =
            new TrainingStep(
                network,
                new AdamSpec(0.9, 0.999, 1e-8),
                InputScaling.all(127.5f, 1 / 73.6f),
                BATCH,
                kernels,
                team)) {
      network.initialize(InitialWeights.HE, 1, kernels);
      run(step, pictures, WARM);
      FlatMemory.require(LEAST_LEAK, () -> run(step, pictures, STEPS));
    }
  }

  private static void run(TrainingStep step, Images pictures, int steps) {
    int[] batch = IntStream.range(0, BATCH).toArray();
    for (int n = 0; n < steps; n++) {
      step.run(pictures, batch, new StepPlan(1, n, n + 1, 1e-3, 1e-5, true));
    }
  }

  private static Images pictures(int size) {
    byte[] pixels = new byte[BATCH * size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 37 % 251);
    }
    byte[] labels = new byte[BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = (byte) i;
    }
    return Images.copyOf(3, 32, 32, pixels, labels);
  }
}
