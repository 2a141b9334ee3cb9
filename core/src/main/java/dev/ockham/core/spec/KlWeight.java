package dev.ockham.core.spec;

/**
 * Weight β of the KL term as a function of progress through the part of the run that has noise: 0
 * up to {@code from}, {@code last} after {@code until}, rising in between. Without warm-up the KL
 * wins before the likelihood has said anything, and every weight goes (arXiv:1701.05369, section
 * 6).
 *
 * @param shape the way β rises
 * @param from fraction of the noisy epochs at which β starts to rise, in [0, 1]
 * @param until fraction at which β arrives, in [from, 1]
 * @param last final value; 1 is the evidence lower bound, 0 turns the prior off
 */
public record KlWeight(
    @Doc("How beta rises: constant (no warm-up), linear or cubic.") Shape shape,
    @Doc("Fraction of the noisy epochs at which beta leaves 0.") double from,
    @Doc("Fraction of the noisy epochs at which beta arrives.") double until,
    @Doc("Final beta; 1 is the evidence lower bound, 0 turns the prior off.") double last) {

  /** The way β rises from 0. */
  public enum Shape {
    /** β is {@code last} from the start. */
    CONSTANT,
    /** In proportion to progress. */
    LINEAR,
    /** 1 − (1 − progress)³: fast at first, then slower. */
    CUBIC
  }

  /** Checks the ranges. */
  public KlWeight {
    Require.between("training.kl_weight.from", from, 0, 1);
    Require.between("training.kl_weight.until", until, from, 1);
    Require.between("training.kl_weight.last", last, 0, 1e6);
  }

  static KlWeight defaults() {
    return new KlWeight(Shape.LINEAR, 0.025, 0.1, 1);
  }

  /** β at a progress in [0, 1] through the noisy epochs. */
  public double at(double progress) {
    double t = progress >= until ? 1 : progress <= from ? 0 : (progress - from) / (until - from);
    return switch (shape) {
      case CONSTANT -> last;
      case LINEAR -> last * t;
      case CUBIC -> last * (1 - (1 - t) * (1 - t) * (1 - t));
    };
  }
}
