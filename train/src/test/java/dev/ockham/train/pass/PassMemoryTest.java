package dev.ockham.train.pass;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.FlatMemory;
import dev.ockham.train.engine.Libtorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Native memory after many steps is what it was after a few. */
@Isolated
class PassMemoryTest {
  private static final int WARM = 30;
  private static final int STEPS = 200 / Thorough.oneIn(4);

  /** Each step leaves far more than this if any of its tensors stays. */
  private static final long LEAST_LEAK = 64 * 1024;

  private final Kernels kernels = Kernels.create();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static Graph graph() {
    GraphBuilder g = new GraphBuilder();
    Value x = block(g, g.input("image", 3, 8, 8), 8, 1);
    for (int depth = 0; depth < 3; depth++) {
      int step = depth == 1 ? 2 : 1;
      int width = depth == 0 ? 8 : 16;
      Value y = block(g, block(g, x, width, step), width, 1);
      Value skip = depth == 1 ? g.batchNorm(g.conv2d(x, width, 1, stride(step), withoutBias())) : x;
      x = width == x.shape().dim(0) || depth == 1 ? g.relu(g.add(y, skip)) : y;
    }
    return g.build(g.dense(g.globalAverage(x), 4));
  }

  private static Value block(GraphBuilder g, Value x, int width, int step) {
    return g.relu(g.batchNorm(g.conv2d(x, width, 3, pad(1), stride(step), withoutBias())));
  }

  @Test
  void staysFlat() {
    try (TwoPasses passes = new TwoPasses(graph(), 6, true, kernels)) {
      steps(passes, WARM);
      FlatMemory.require(LEAST_LEAK, () -> steps(passes, STEPS));
    }
  }

  private static void steps(TwoPasses passes, int steps) {
    for (int step = 0; step < steps; step++) {
      passes.step(passes.byHand, new NoiseSource(1, step));
    }
  }
}
