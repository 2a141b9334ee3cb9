package dev.ockham.core.quality;

/** Predictions of examples, and how much is uncertain about each, in nats. */
public sealed interface Uncertain permits UncertainProbabilities, UncertainNumbers {

  /** Entropy of each prediction: all that is uncertain. */
  double[] entropies();

  /** Mutual information of each prediction and the weights; 0 with a single network. */
  double[] mutualInformation();
}
