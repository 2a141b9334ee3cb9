/**
 * A training run from its spec to its folder: the plan of steps, the loop, validation, checkpoints
 * and resuming. What a step computes is in {@code step}.
 */
@NullMarked
package dev.ockham.train.run;

import org.jspecify.annotations.NullMarked;
