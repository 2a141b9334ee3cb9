package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.WeightPosterior;

/**
 * A layer that owns weights: it has a posterior over them, and a bias that is a plain number per
 * output.
 */
public record LinearLayer(LayerSpec.Linear spec, WeightPosterior weights, Parameter bias) {}
