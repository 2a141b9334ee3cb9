/**
 * How this machine runs a model: which kernel runs each node, where each value lies and from when
 * on its place is free again. A {@link dev.ockham.runtime.plan.Plan} is made at load and never
 * saved.
 *
 * <p>The statistics of batch norms are estimated here too: that is a run over calibration examples
 * which stops at every node.
 */
@NullMarked
package dev.ockham.runtime.plan;

import org.jspecify.annotations.NullMarked;
