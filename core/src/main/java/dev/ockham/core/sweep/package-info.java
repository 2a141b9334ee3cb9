/** Sweeps as data: which runs there are, and which of them go on. Trains nothing. */
@NullMarked
package dev.ockham.core.sweep;

import org.jspecify.annotations.NullMarked;
