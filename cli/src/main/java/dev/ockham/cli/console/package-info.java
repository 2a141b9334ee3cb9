/** What people and programs see: results, progress, and mistakes in one line. */
@NullMarked
package dev.ockham.cli.console;

import org.jspecify.annotations.NullMarked;
