/** What a run with the automatic schedule loses beside its dense twin. */
@NullMarked
package dev.ockham.lab.defaults;

import org.jspecify.annotations.NullMarked;
