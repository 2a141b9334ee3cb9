package dev.ockham.core.spec;

/**
 * Adam's constants (arXiv:1412.6980, algorithm 1).
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, positive
 */
public record AdamSpec(
    @Doc("Decay of the first moment.") double beta1,
    @Doc("Decay of the second moment.") double beta2,
    @Doc("Added to the root of the second moment.") double epsilon) {

  /** Checks the ranges. */
  public AdamSpec {
    Require.between("training.adam.beta1", beta1, 0, 0.999999);
    Require.between("training.adam.beta2", beta2, 0, 0.999999);
    Require.positive("training.adam.epsilon", epsilon);
  }

  static AdamSpec defaults() {
    return new AdamSpec(0.9, 0.999, 1e-8);
  }
}
