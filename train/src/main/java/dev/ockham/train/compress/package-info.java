/**
 * From a trained network and a wish to a small network that grants it: runs in a folder, one after
 * the other, each of them an ordinary run, and what decides between them. Prints nothing.
 */
@NullMarked
package dev.ockham.train.compress;

import org.jspecify.annotations.NullMarked;
