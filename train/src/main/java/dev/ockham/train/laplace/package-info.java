/**
 * How much each weight of a trained model matters to what it predicts: gradients of one example at
 * a time, squared and added up. What follows from them is in {@code dev.ockham.core.evidence}.
 */
@NullMarked
package dev.ockham.train.laplace;

import org.jspecify.annotations.NullMarked;
