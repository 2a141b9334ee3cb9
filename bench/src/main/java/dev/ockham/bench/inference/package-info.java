/**
 * What a prediction costs: pruned models in Ockham's runtime, and their rivals, one after another
 * in one process.
 */
@NullMarked
package dev.ockham.bench.inference;

import org.jspecify.annotations.NullMarked;
