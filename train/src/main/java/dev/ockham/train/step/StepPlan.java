package dev.ockham.train.step;

import java.util.OptionalDouble;

/**
 * What decides one optimiser step besides parameters and examples.
 *
 * @param seed the run's seed
 * @param step steps done since the run began; with the seed it decides the noise
 * @param adamStep number of this step since Adam's moments were zero, from 1
 * @param learningRate Adam's learning rate
 * @param klScale β/N, weight of the KL beside the mean NLL
 * @param noisy false while pretraining
 * @param sparsity fraction of weights that are 0 after the step, where it prunes
 */
public record StepPlan(
    long seed,
    long step,
    long adamStep,
    double learningRate,
    double klScale,
    boolean noisy,
    OptionalDouble sparsity) {

  /** A step that prunes nothing. */
  public StepPlan(
      long seed, long step, long adamStep, double learningRate, double klScale, boolean noisy) {
    this(seed, step, adamStep, learningRate, klScale, noisy, OptionalDouble.empty());
  }
}
