/**
 * What a file holds, without training or running it: operators, shapes, weights, and where its
 * bytes go. Prints nothing.
 */
@NullMarked
package dev.ockham.core.inspect;

import org.jspecify.annotations.NullMarked;
