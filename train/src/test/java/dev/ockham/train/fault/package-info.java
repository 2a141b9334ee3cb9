/** Runs on a file system that fails where it is told to. */
@NullMarked
package dev.ockham.train.fault;

import org.jspecify.annotations.NullMarked;
