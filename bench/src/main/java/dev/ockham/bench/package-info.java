/** Races: Ockham's code and its rivals, interleaved in one process on the same data. */
@NullMarked
package dev.ockham.bench;

import org.jspecify.annotations.NullMarked;
