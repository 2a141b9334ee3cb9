package dev.ockham.runtime.kernel;

/**
 * Numbers that are the same for every example.
 *
 * @param values one per feature; not copied, never written
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Fixed(float[] values) implements Kernel {}
