/**
 * The experiments, one class each; the package may not know how pages are written. All random
 * numbers are pure functions of the setting's seed.
 */
@NullMarked
package dev.ockham.lab.experiment;

import org.jspecify.annotations.NullMarked;
