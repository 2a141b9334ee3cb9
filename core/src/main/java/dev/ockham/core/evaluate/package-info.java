/** What a network is worth: its quality on examples, and how small it is. No native code. */
@NullMarked
package dev.ockham.core.evaluate;

import org.jspecify.annotations.NullMarked;
