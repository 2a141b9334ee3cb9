/**
 * The folder of a run: its record, metrics, checkpoints, and what a checkpoint says of the weights.
 * Plain arrays and files; no native code, so that everything but training works without libtorch.
 */
@NullMarked
package dev.ockham.core.run;

import org.jspecify.annotations.NullMarked;
