package dev.ockham.train.step;

/**
 * What decides one optimiser step besides parameters and examples.
 *
 * @param seed the run's seed
 * @param step steps done since the run began; with the seed it decides the noise
 * @param adamStep number of this step since Adam's moments were zero, from 1
 * @param learningRate Adam's learning rate
 * @param klScale β/N, weight of the KL beside the mean NLL
 * @param noisy false while pretraining
 */
public record StepPlan(
    long seed, long step, long adamStep, double learningRate, double klScale, boolean noisy) {}
