package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * A parameter tensor with Adam's two moments, as float32 memory of equal length. The record borrows
 * the memory; whoever allocated it frees it.
 *
 * @param parameter the values p
 * @param m the decayed mean of the gradient, 0 before the first step
 * @param v the decayed mean of its square, 0 before the first step
 */
public record AdamState(MemorySegment parameter, MemorySegment m, MemorySegment v) {}
