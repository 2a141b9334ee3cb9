/** placeholder. */
@NullMarked
package dev.ockham.runtime;

import org.jspecify.annotations.NullMarked;
