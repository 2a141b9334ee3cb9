/**
 * The model that is left after pruning, and how it runs: an immutable graph of layers and the
 * scalar kernels that evaluate it. JDK only.
 *
 * <p>A {@link dev.ockham.runtime.model.SparseModel} is a chain of {@link
 * dev.ockham.runtime.model.ModelLayer}s. Shapes are channels × height × width, features are counted
 * in that order (CHW), and weights are matrices of one row per output. A {@link
 * dev.ockham.runtime.model.Matrix} is stored dense or as compressed rows; the two compute the same
 * logits bit for bit, because both are evaluated as the same sequence of non-zero terms.
 *
 * <p>Everything here is a value: arrays are copied in and out, equality is by content, and a width
 * of zero (a layer whose units all died) is an ordinary case.
 *
 * <p>Files are the business of {@code dev.ockham.runtime.file}; training, scores and masks live in
 * other modules. Nothing here may read a file, log, or draw random numbers.
 */
@NullMarked
package dev.ockham.runtime.model;

import org.jspecify.annotations.NullMarked;
