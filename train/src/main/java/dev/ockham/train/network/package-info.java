/**
 * Live networks: parameters with their optimiser state, built from an architecture and a method.
 *
 * <p>What a weight is believed to be is in {@code posterior}; how a network is fitted is in {@code
 * step} and {@code run}.
 */
@NullMarked
package dev.ockham.train.network;

import org.jspecify.annotations.NullMarked;
