/**
 * What removing a weight or a gate does to the evidence, in double: Bayesian model reduction
 * (arXiv:2309.12095, arXiv:2406.01345) and Laplace's approximation around trained weights
 * (arXiv:2402.15978). Functions of arrays without native code; where the curvature comes from is
 * {@code dev.ockham.train.laplace}'s business.
 */
@NullMarked
package dev.ockham.core.evidence;

import org.jspecify.annotations.NullMarked;
