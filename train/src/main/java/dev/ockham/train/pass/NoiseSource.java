package dev.ockham.train.pass;

import dev.ockham.core.kernel.NoiseKey;

/**
 * Where noise comes from.
 *
 * @param seed the run's seed
 * @param step number of the step; training counts from 0, everything else is negative
 */
public record NoiseSource(long seed, long step) {
  /**
   * Key of the noise of a parameter.
   *
   * @param ordinal number of the parameter among those that can be pruned, from 0
   */
  public NoiseKey ofWeights(int ordinal) {
    return NoiseKey.of(seed, step, ordinal);
  }

  /**
   * Key of the noise of a gate. Gates count down from −1, so that no gate has the noise of weights.
   *
   * @param ordinal number of the gate, from 0
   */
  public NoiseKey ofGate(int ordinal) {
    return NoiseKey.of(seed, step, -1 - ordinal);
  }
}
