/** How good a classifier's probabilities are: error, NLL and calibration, on plain arrays. */
@NullMarked
package dev.ockham.core.metrics;

import org.jspecify.annotations.NullMarked;
