package dev.ockham.train.gate;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** No noise on units. */
public record NoGate() implements Gate {

  @Override
  public boolean noisy() {
    return false;
  }

  @Override
  public GateLeaves newLeaves() {
    return new GateLeaves.Fixed();
  }

  @Override
  public void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out) {
    throw new IllegalStateException("there is no noise to draw");
  }

  @Override
  public void update(List<GateLeaves> leaves, Update update) {
    // Nothing is learnt.
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
