package dev.ockham.train.posterior;

import dev.ockham.core.kernel.AdamStep;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import java.lang.foreign.MemorySegment;

/**
 * Constants of one optimiser step, and what to run it on.
 *
 * @param adam learning rate, decays and bias corrections of this step
 * @param klScale β/N: weight of the KL's gradient beside the mean NLL's
 * @param noisy false while pretraining: means move, variances rest
 * @param kernels elementwise kernels
 * @param threads team that shares the ranges
 */
public record Update(
    AdamStep adam, double klScale, boolean noisy, Kernels kernels, ParallelRanges threads) {

  /** The same step at a learning rate that is a multiple of this one's. */
  public Update withRate(double factor) {
    AdamStep faster =
        new AdamStep(
            factor * adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), adam.step());
    return new Update(faster, klScale, noisy, kernels, threads);
  }

  /** Plain Adam on a parameter without a KL. */
  public void adam(Parameter parameter, MemorySegment gradient) {
    threads.run(
        parameter.value().size(),
        (from, to) -> kernels.adamUpdate(parameter.adamState(), gradient, adam, from, to));
  }
}
