package dev.ockham.train.gate;

import dev.ockham.core.kernel.BernoulliNoise;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Binary dropout in its inverted form: 1/p with probability p, else 0 (JMLR 15, 2014, section 10).
 *
 * @param alpha variance of the noise, (1 − p)/p
 */
public record BernoulliGate(double alpha) implements Gate {

  /** p, the probability of keeping a unit. */
  public double retain() {
    return 1 / (1 + alpha);
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public GateLeaves newLeaves() {
    return new GateLeaves.Fixed();
  }

  @Override
  public void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out) {
    BernoulliNoise.fill(kernels, key, rows, width, retain(), out, 0, (long) rows.length * width);
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
