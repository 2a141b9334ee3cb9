/** One class per command of {@code ockham}, named after it. */
@NullMarked
package dev.ockham.cli.command;

import org.jspecify.annotations.NullMarked;
