/** placeholder. */
@NullMarked
package dev.ockham.core;

import org.jspecify.annotations.NullMarked;
