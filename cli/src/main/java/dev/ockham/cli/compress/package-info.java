/** What {@code ockham compress} reads and writes. */
@NullMarked
package dev.ockham.cli.compress;

import org.jspecify.annotations.NullMarked;
