package dev.ockham.train.compress;

import dev.ockham.core.goal.Measured;
import dev.ockham.runtime.file.ModelFile;

/**
 * The dense network, and how networks are measured beside it.
 *
 * @param measured what it is worth
 * @param file that holds it
 * @param weights that it has
 * @param bench what networks are measured with
 */
record Before(Measured measured, ModelFile file, long weights, Deployment.Bench bench) {}
