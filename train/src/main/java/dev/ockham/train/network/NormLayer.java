package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.train.posterior.Parameter;

/**
 * A batch norm: what it multiplies normalised units by, and what it adds. It keeps no statistics.
 *
 * @param spec name and number of units
 * @param behind number of the linear layer that it stands behind, from 0
 * @param gamma γ, {@code [units]}
 * @param beta β, {@code [units]}
 */
public record NormLayer(LayerSpec.BatchNorm spec, int behind, Parameter gamma, Parameter beta) {}
