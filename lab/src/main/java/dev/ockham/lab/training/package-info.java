/**
 * Small trainings for experiments: runs whose folder is gone when their numbers are read. Nothing
 * here knows what an experiment asks.
 */
@NullMarked
package dev.ockham.lab.training;

import org.jspecify.annotations.NullMarked;
