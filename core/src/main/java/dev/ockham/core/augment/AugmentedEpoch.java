package dev.ockham.core.augment;

/**
 * What pictures go through in one epoch; with the example, it decides everything that is drawn.
 *
 * @param changes what is done
 * @param seed the run's seed
 * @param epoch from 0
 */
public record AugmentedEpoch(Augmentation changes, long seed, int epoch) {}
