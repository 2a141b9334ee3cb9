/**
 * Network architectures as plain data: which layers, in which order, with which shapes.
 *
 * <p>An {@link dev.ockham.core.arch.Architecture} says nothing about weights, noise or engines; the
 * trainer builds live layers from it and the evaluator counts the original weights by it.
 */
@NullMarked
package dev.ockham.core.arch;

import org.jspecify.annotations.NullMarked;
