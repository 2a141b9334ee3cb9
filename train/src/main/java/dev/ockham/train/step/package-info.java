/**
 * One optimiser step: the fast form, each thread with its share of the batch, and the textbook form
 * that tests and benchmarks compare it with.
 */
@NullMarked
package dev.ockham.train.step;

import org.jspecify.annotations.NullMarked;
