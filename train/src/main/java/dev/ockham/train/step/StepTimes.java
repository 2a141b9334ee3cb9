package dev.ockham.train.step;

/**
 * Where the time of a step went, in milliseconds of wall clock. Noise is part of the forward pass.
 *
 * @param forward of the slowest thread
 * @param backward of the slowest thread
 * @param update gradients added up, and one pass over all parameters
 */
public record StepTimes(double forward, double backward, double update) {}
