/** The published methods as plain data; the trainer builds live posteriors from them. */
@NullMarked
package dev.ockham.core.method;

import org.jspecify.annotations.NullMarked;
