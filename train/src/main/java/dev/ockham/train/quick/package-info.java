/**
 * Pruning of a trained model without training: which weights go by Laplace's scores, and what those
 * that stay become so that each layer gives what it gave before, by least squares.
 */
@NullMarked
package dev.ockham.train.quick;

import org.jspecify.annotations.NullMarked;
