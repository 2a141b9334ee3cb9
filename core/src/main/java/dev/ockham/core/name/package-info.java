/** Names as people type them. Knows nothing of what they name. */
@NullMarked
package dev.ockham.core.name;

import org.jspecify.annotations.NullMarked;
