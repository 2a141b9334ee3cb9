/**
 * The {@code ockham} program: it parses, calls, and prints. Commands are in {@code command}, one
 * class each; what they print with is in {@code console}.
 */
@NullMarked
package dev.ockham.cli;

import org.jspecify.annotations.NullMarked;
