/**
 * The model that is left after pruning: an immutable {@link dev.ockham.runtime.graph.Graph} with
 * its numbers. JDK only.
 *
 * <p>A {@link dev.ockham.runtime.model.Model} has a {@link dev.ockham.runtime.model.Matrix} for
 * each parameter of its graph, weights as one row per output. A matrix is stored dense or as
 * compressed rows; {@code dev.ockham.runtime.plan} computes the same logits bit for bit from both,
 * because both are evaluated as the same sequence of non-zero terms.
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
