package dev.ockham.train.gate;

import org.bytedeco.pytorch.Tensor;

/**
 * The batch norm within a gate: over the batch itself while training, at fixed statistics after.
 */
@FunctionalInterface
public interface UnitNormalization {

  /**
   * γ·ĥ + η.
   *
   * @param h each unit's mean over its positions, {@code [batch, units]}
   * @param gamma {@code [units]}
   * @param eta {@code [units]}
   */
  Tensor of(Tensor h, Tensor gamma, Tensor eta);
}
