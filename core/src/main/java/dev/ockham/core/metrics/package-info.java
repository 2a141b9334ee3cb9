/**
 * How good predictions are, on plain arrays: classes, several labels at once, and numbers; how sure
 * they may be taken for; and how far what was measured could be off.
 */
@NullMarked
package dev.ockham.core.metrics;

import org.jspecify.annotations.NullMarked;
