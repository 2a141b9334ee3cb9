package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.WeightPosterior;

/**
 * A layer that owns weights: it has a posterior over them, a bias that is a plain number per
 * output, and a gate that its inputs go through.
 */
public record LinearLayer(
    LayerSpec.Linear spec, Gate gate, WeightPosterior weights, Parameter bias) {}
