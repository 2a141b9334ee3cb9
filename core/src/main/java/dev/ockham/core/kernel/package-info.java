/**
 * Elementwise kernels on float32 memory that write training state: updates, noise, scores, batches.
 *
 * <p>Everything here gives the same bits whether scalar or vector code runs, before and after the
 * JIT compiler, for every split of the index range over threads. So only add, multiply, fma,
 * divide, square root, comparisons and bit operations are used, with polynomials of our own; the
 * JDK's vector EXP and LOG and float {@code reduceLanes} may not enter. {@code
 * jdk.incubator.vector} is used in {@code VectorKernels} and {@code VectorMath} only, and the
 * package works without it.
 */
@NullMarked
package dev.ockham.core.kernel;

import org.jspecify.annotations.NullMarked;
