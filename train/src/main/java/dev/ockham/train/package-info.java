/** placeholder. */
@NullMarked
package dev.ockham.train;

import org.jspecify.annotations.NullMarked;
