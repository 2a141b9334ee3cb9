/**
 * Pruning methods side by side on one network and data set: what each is to be trained like, what
 * is measured of its runs, which networks no other beats, and the page about it. Nothing here
 * trains.
 */
@NullMarked
package dev.ockham.lab.frontier;

import org.jspecify.annotations.NullMarked;
