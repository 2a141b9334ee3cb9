/** Small statistics of samples: moments with their errors, histograms, distances. */
@NullMarked
package dev.ockham.lab.sample;

import org.jspecify.annotations.NullMarked;
