/** The experiments, one class each, and the pages they write. */
@NullMarked
package dev.ockham.lab;

import org.jspecify.annotations.NullMarked;
