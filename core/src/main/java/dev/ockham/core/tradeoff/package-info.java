/**
 * What a trained network costs in quality as more of it goes: curves of a run pruned further and
 * further, or one layer at a time, and which networks no other beats. Measured, kept beside the
 * run, and read again; nothing here trains.
 */
@NullMarked
package dev.ockham.core.tradeoff;

import org.jspecify.annotations.NullMarked;
