package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Batch normalisation as training computes it (arXiv:1502.03167, algorithm 1). */
public final class BatchNormalization {

  private BatchNormalization() {}

  /**
   * Normalises by mean and biased variance of the batch itself, through which gradients flow. A
   * unit that is the same for all of the batch gives β.
   *
   * @param input {@code [batch, units]} or {@code [batch, units, height, width]}
   * @param gamma {@code [units]}
   * @param beta {@code [units]}
   */
  public static Tensor ofBatch(Tensor input, Tensor gamma, Tensor beta) {
    TensorOptional none = new TensorOptional();
    return torch.batch_norm(
        input,
        new TensorOptional(gamma),
        new TensorOptional(beta),
        none,
        none,
        true,
        0,
        LayerSpec.BatchNorm.EPSILON,
        false);
  }
}
