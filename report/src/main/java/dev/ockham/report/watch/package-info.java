/**
 * The page that shows runs while they train: what finds them, reads their files as they grow, and
 * serves both on the loopback address. Nothing here trains, and of a run nothing is written but the
 * wish that it stops.
 */
@NullMarked
package dev.ockham.report.watch;

import org.jspecify.annotations.NullMarked;
