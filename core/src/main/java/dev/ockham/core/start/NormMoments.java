package dev.ockham.core.start;

/**
 * Mean and variance of the units of a batch norm, as they came with a file.
 *
 * @param mean one per unit; not copied
 * @param variance one per unit; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record NormMoments(float[] mean, float[] variance) {}
