/**
 * Makes the archive that is installed without Maven: launcher, jars, Java runtime, start-up caches,
 * completion and manual pages. Nothing of it is in the archive; it may use every module.
 */
@NullMarked
package dev.ockham.dist;

import org.jspecify.annotations.NullMarked;
