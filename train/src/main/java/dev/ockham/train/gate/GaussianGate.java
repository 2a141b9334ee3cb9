package dev.ockham.train.gate;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.NoiseRatios;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Gaussian noise N(1, α), shared by all outputs of a layer: Gaussian dropout, type A, and with a
 * learnt α variational dropout, type A (arXiv:1506.02557, section 3.1).
 *
 * @param ratios the α: one, or one per unit; perhaps other layers' too
 */
public record GaussianGate(NoiseRatios ratios) implements Gate {

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public GateLeaves newLeaves() {
    return new GateLeaves.Gaussian(ratios.alpha().newLeaf());
  }

  @Override
  public void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out) {
    kernels.fillNormal(key, rows, width, out, 0, (long) rows.length * width);
  }

  @Override
  public void update(List<GateLeaves> leaves, Update update) {
    if (!update.noisy() || !ratios.learnt()) {
      return;
    }
    MemorySegment byAlpha =
        Gradients.sum(leaves.stream().map(leaf -> ((GateLeaves.Gaussian) leaf).alpha()).toList());
    MemorySegment alpha = ratios.alpha().segment();
    double[] byLogAlpha = new double[ratios.groups()];
    for (int i = 0; i < byLogAlpha.length; i++) {
      byLogAlpha[i] =
          (double) alpha.getAtIndex(ValueLayout.JAVA_FLOAT, i)
              * byAlpha.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }
    ratios.add(byLogAlpha);
  }

  @Override
  public void close() {
    // The ratios belong to the network.
  }
}
