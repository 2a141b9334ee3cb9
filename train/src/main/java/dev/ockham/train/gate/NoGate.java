package dev.ockham.train.gate;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Parameter;
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
  public boolean onOutputs() {
    return false;
  }

  @Override
  public int noiseWidth(int units, int positions) {
    return units * positions;
  }

  @Override
  public int sharedRows() {
    return 0;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public void initialize() {
    // Nothing is learnt.
  }

  @Override
  public void refresh() {
    // Nothing is learnt.
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
  public double klNats() {
    return 0;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
