/**
 * Training runs as processes of their own, several at once. No other package of the commands starts
 * a process; what runs compute is decided elsewhere.
 */
@NullMarked
package dev.ockham.cli.process;

import org.jspecify.annotations.NullMarked;
