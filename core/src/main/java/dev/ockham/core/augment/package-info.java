/**
 * Changes of training pictures that make more of them: pure functions of seed, epoch and example.
 * Nothing here reads files or knows of networks.
 */
@NullMarked
package dev.ockham.core.augment;

import org.jspecify.annotations.NullMarked;
