package dev.ockham.core.target;

/** What is known of a list of examples, in their order. Immutable. */
public sealed interface Targets permits ClassLabels, LabelSets, Numbers, NoTargets {

  /** How many examples they are for; may be 0. */
  int count();

  /**
   * Numbers that a network gives for an example: one for each class or label, or one each. 0 where
   * nothing is known.
   */
  int outputs();

  /**
   * Those of some examples, in the order given; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  Targets select(int[] indices);

  /**
   * These, and behind them others.
   *
   * @throws IllegalArgumentException if they are of another kind, or for another number of outputs
   */
  Targets followedBy(Targets others);

  /** That other targets are none that can follow. */
  static IllegalArgumentException unlike(Targets first, Targets second) {
    return new IllegalArgumentException(second + " cannot follow " + first);
  }
}
