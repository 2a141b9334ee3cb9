/**
 * From scores to a smaller network, in pure functions on plain values.
 *
 * <ul>
 *   <li>{@link dev.ockham.core.prune.Mask}: which weights stay, from a relevance score per weight
 *       and either a threshold or a wanted sparsity.
 *   <li>{@link dev.ockham.core.prune.NormFolding}: batch norms go into the nodes before them, with
 *       statistics of the weights that stay.
 *   <li>{@link dev.ockham.core.prune.Compaction}: a model with zeros in it becomes a model of
 *       smaller nodes that computes the same function.
 * </ul>
 *
 * <p>The trainer calls these between epochs and after training; they never call it. Nothing here
 * may train, read files, draw random numbers, or know which method produced a score.
 */
@NullMarked
package dev.ockham.core.prune;

import org.jspecify.annotations.NullMarked;
