/**
 * The eight UCI regression sets that papers on Bayesian networks share, with their 20 splits: how
 * they are read, trained on, and counted.
 */
@NullMarked
package dev.ockham.lab.regression;

import org.jspecify.annotations.NullMarked;
