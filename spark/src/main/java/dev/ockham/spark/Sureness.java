package dev.ockham.spark;

import java.util.Locale;

/** How it is said how sure a prediction is. */
public enum Sureness {
  /** Not at all. */
  NONE,
  /** Of classes and labels: the entropy of their probabilities, in nats. */
  ENTROPY,
  /**
   * By mean and variance of the outputs in closed form, from the variances that a model file keeps
   * of its weights: entropy and mutual information of classes and labels, deviations of numbers.
   */
  MOMENTS;

  /**
   * A value by its name.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public static Sureness named(String name) {
    for (Sureness each : values()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' says nothing of how sure predictions are; there are none, entropy, moments");
  }

  /** The word in lower case, as parameters name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
