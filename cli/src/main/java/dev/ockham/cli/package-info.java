/** placeholder. */
@NullMarked
package dev.ockham.cli;

import org.jspecify.annotations.NullMarked;
