/** What files are, told by their first bytes. Nothing here reads further. */
@NullMarked
package dev.ockham.core.format;

import org.jspecify.annotations.NullMarked;
