/**
 * Trained weights that a run starts from: read from files of others, matched to the parameters of a
 * network by name, else by order and shape. Knows nothing of runs.
 */
@NullMarked
package dev.ockham.core.start;

import org.jspecify.annotations.NullMarked;
