/**
 * How good a network is, class by class, label by label or number by number, beside another one:
 * what {@code evaluate} prints, and reports show.
 */
@NullMarked
package dev.ockham.core.quality;

import org.jspecify.annotations.NullMarked;
