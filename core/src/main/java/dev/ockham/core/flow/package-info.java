/**
 * What becomes of the units of a network whose weights are partly zero, in pure functions on graphs
 * and models.
 *
 * <ul>
 *   <li>{@link dev.ockham.core.flow.UnitFlow}: which units are the same for all examples, which are
 *       read, and which can only leave together. Everything else here reads these facts.
 *   <li>{@link dev.ockham.core.flow.NormFolding}: batch norms go into the layers before them, with
 *       statistics of the weights that stay.
 *   <li>{@link dev.ockham.core.flow.Compaction}: a model with zeros in it becomes a smaller model
 *       that computes the same function.
 *   <li>{@link dev.ockham.core.flow.UnitSelection}: the part of a graph that still trains.
 * </ul>
 */
@NullMarked
package dev.ockham.core.flow;

import org.jspecify.annotations.NullMarked;
