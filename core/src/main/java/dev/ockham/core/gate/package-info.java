/**
 * Gates that are learnt to close, in double precision: what is believed of a unit's factor z, its
 * KL, its value at test time and its score to prune by. One unit at a time, no tensors; sampling is
 * in {@code dev.ockham.train.gate}.
 */
@NullMarked
package dev.ockham.core.gate;

import org.jspecify.annotations.NullMarked;
