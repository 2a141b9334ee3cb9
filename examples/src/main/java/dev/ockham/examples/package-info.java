/** Programs to read from top to bottom and to copy from. Each is run by a test. */
@NullMarked
package dev.ockham.examples;

import org.jspecify.annotations.NullMarked;
