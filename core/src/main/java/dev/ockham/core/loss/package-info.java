/**
 * What training makes small: the loss as a value, the distances it is made of, and the outputs of a
 * teacher. How a thread computes it and its gradient is in {@code train.pass}. Knows neither runs
 * nor specs.
 */
@NullMarked
package dev.ockham.core.loss;

import org.jspecify.annotations.NullMarked;
